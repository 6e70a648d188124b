package org.serai.vioapi.core.object;

import java.util.List;
import java.util.OptionalLong;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Alerts;
import org.serai.storage.DataChecksum;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.Pvs;
import org.serai.storage.Storage;
import org.serai.storage.Thresholds;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** Pools and their PVs. */
public final class PoolObjects {
    private static final String DRIVER = "extent";

    private final Domains domains;

    /** Over these services. */
    public PoolObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list(
                        "pool", _ -> storage().pools().stream().map(this::pool).toList()),
                Call.get("pool", asked -> List.of(named(asked))),
                Call.administer("create", "pool", this::create),
                Call.administer("change", "pool", this::change),
                Call.administer("delete", "pool", this::delete),
                Call.operate("check", "pool", this::check),
                Call.administer("addPv", "pool", asked -> apply(asked, add(asked))),
                Call.administer(
                        "growPv",
                        "pool",
                        asked -> apply(
                                asked,
                                new PvChange.Grow(asked.text("name"), asked.text("pv"), asked.findNumber("toBytes")))),
                Call.administer(
                        "drainPv",
                        "pool",
                        asked -> apply(asked, new PvChange.Drain(asked.text("name"), asked.text("pv")))),
                Call.administer(
                        "usePv", "pool", asked -> apply(asked, new PvChange.Use(asked.text("name"), asked.text("pv")))),
                Call.administer(
                        "removePv",
                        "pool",
                        asked -> apply(asked, new PvChange.Remove(asked.text("name"), asked.text("pv")))));
    }

    private Storage storage() {
        return domains.get(Storage.class);
    }

    private VioObject named(Asked asked) {
        return pool(storage().pool(asked.text("name")));
    }

    private VioObject pool(Pool pool) {
        VioObject bare = VioObject.of("pool")
                .with("id", pool.id())
                .with("name", pool.name())
                .with("driver", pool.driver())
                .with("attached", pool.attached())
                .with("extentBytes", pool.extentBytes());
        return Shares.space(bare, pool.space())
                .with("checksum", pool.checksum())
                .with("trouble", pool.trouble().map(SeraiException::getMessage))
                .with(domains.get(Pvs.class).pvs(pool.name()).stream()
                        .map(PoolObjects::pv)
                        .toList());
    }

    private static VioObject pv(Pv pv) {
        return VioObject.of("pv")
                .with("id", pv.id())
                .with("path", pv.path())
                .with("state", pv.state())
                .with("present", pv.present())
                .with("sizeBytes", pv.sizeBytes())
                .with("usableBytes", pv.usableBytes())
                .with("usedBytes", pv.usedBytes());
    }

    private List<VioObject> create(Asked asked) {
        List<PoolSpec.PvSpec> pvs = asked.object().parts("pv").stream()
                .map(asked::of)
                .map(pv -> new PoolSpec.PvSpec(pv.text("path"), pv.findNumber("sizeBytes")))
                .toList();
        PoolSpec spec = new PoolSpec(
                asked.text("name"),
                asked.find("driver").orElse(DRIVER),
                pvs,
                asked.findNumber("extentBytes"),
                asked.constant(DataChecksum.class, "checksum").orElse(DataChecksum.NONE));
        return List.of(pool(storage().createPool(spec)));
    }

    private List<VioObject> change(Asked asked) {
        String name = asked.text("name");
        Shares.asked(asked, Thresholds.USUAL.hysteresisPercent())
                .ifPresent(thresholds -> domains.get(Alerts.class).setThresholds(name, thresholds));
        return List.of(named(asked));
    }

    private List<VioObject> delete(Asked asked) {
        storage().deletePool(asked.text("name"));
        return List.of();
    }

    private static PvChange add(Asked asked) {
        OptionalLong sizeBytes = asked.findNumber("sizeBytes");
        return new PvChange.Add(asked.text("name"), new PoolSpec.PvSpec(asked.text("path"), sizeBytes), List.of());
    }

    private List<VioObject> apply(Asked asked, PvChange change) {
        domains.get(Pvs.class).apply(change, Shares.progress(asked));
        return List.of(named(asked));
    }

    private List<VioObject> check(Asked asked) {
        PoolCheck check = domains.get(PoolUpkeep.class).check(asked.text("name"), Shares.progress(asked));
        return List.of(VioObject.of("poolCheck")
                .with("ok", check.ok())
                .with("checkedExtents", check.checkedExtents())
                .with("leakedExtents", check.leakedExtents())
                .with(texts("error", check.errors()))
                .with(texts("lost", check.lost())));
    }

    private static List<VioObject> texts(String type, List<String> sentences) {
        return sentences.stream()
                .map(sentence -> VioObject.of(type).with("text", sentence))
                .toList();
    }
}
