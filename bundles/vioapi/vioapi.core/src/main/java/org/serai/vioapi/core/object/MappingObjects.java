package org.serai.vioapi.core.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.serai.partition.Lpar;
import org.serai.partition.Partitions;
import org.serai.scsi.LuExports;
import org.serai.scsi.LuExports.Admitted;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** Where LUs are reached: at adapters of partitions, and by paths of exports. */
public final class MappingObjects {
    private static final String ANY = "any";

    private final Domains domains;

    /** Over these services. */
    public MappingObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list("mapping", this::all),
                Call.get("mapping", this::get),
                Call.administer("create", "mapping", this::create),
                Call.administer("delete", "mapping", this::delete),
                Call.operate("activate", "mapping", this::activate));
    }

    private LuExports exports() {
        return domains.get(LuExports.class);
    }

    private List<VioObject> all(Asked asked) {
        List<VioObject> all = new ArrayList<>();
        domains.find(Partitions.class)
                .map(Partitions::all)
                .orElse(List.of())
                .forEach(lpar -> lpar.adapters().forEach(adapter -> all.addAll(ofAdapter(lpar, adapter))));
        domains.find(LuExports.class)
                .map(LuExports::all)
                .orElse(List.of())
                .forEach(path -> all.add(ofExport(path, asked)));
        return all;
    }

    private static List<VioObject> ofAdapter(Lpar lpar, Lpar.Adapter adapter) {
        List<VioObject> mappings = new ArrayList<>();
        for (int lun = 0; lun < adapter.lus().size(); lun++) {
            mappings.add(VioObject.of("mapping")
                    .with("kind", "adapter")
                    .with("lu", adapter.lus().get(lun))
                    .with("partition", lpar.name())
                    .with("adapter", adapter.id())
                    .with("lun", lun));
        }
        return mappings;
    }

    /** The URL has the initiator's secret in it: who may only look does not get it. */
    private static VioObject ofExport(ExportedLu path, Asked asked) {
        return VioObject.of("mapping")
                .with("kind", "export")
                .with("lu", path.lu())
                .with("node", path.node())
                .with("target", path.target())
                .with("initiator", path.initiator().orElse(ANY))
                .with("state", path.state())
                .with("preferred", path.preferred())
                .with("sessions", path.sessions())
                .with(
                        "url",
                        asked.caller().role().covers(Role.OPERATE)
                                ? ClusterObjects.given(path.url())
                                : Optional.empty());
    }

    private List<VioObject> get(Asked asked) {
        List<VioObject> found = all(asked).stream()
                .filter(mapping -> mapping.values().get("lu").equals(asked.text("lu")))
                .toList();
        if (found.isEmpty()) {
            throw VioApiError.NOT_FOUND.error(
                    "There is no mapping of LU " + asked.text("lu"),
                    "it is at no adapter and not exported",
                    "list the mappings");
        }
        return found;
    }

    private List<VioObject> create(Asked asked) {
        String lu = asked.text("lu");
        Optional<String> initiator = asked.find("initiator");
        if (initiator.isEmpty()) {
            return List.of(ofExport(exports().join(lu, asked.progress()), asked));
        }
        Admitted admitted = new Admitted(
                initiator.filter(only -> !only.equals(ANY)), asked.flag("mutual"), asked.flag("redirected"));
        return List.of(ofExport(exports().export(lu, admitted, asked.progress()), asked));
    }

    private List<VioObject> delete(Asked asked) {
        exports().unexport(asked.text("lu"), asked.flag("everywhere"), asked.progress());
        return List.of();
    }

    private List<VioObject> activate(Asked asked) {
        return List.of(ofExport(exports().activate(asked.text("lu"), asked.text("node"), asked.progress()), asked));
    }
}
