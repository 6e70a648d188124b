package org.serai.vioapi.core.object;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.Outcome;
import org.serai.partition.Partitions;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** Partitions and their adapters. */
public final class PartitionObjects {
    private static final long GRACE_SECONDS = 30;

    private final Domains domains;

    /** Over these services. */
    public PartitionObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list(
                        "partition",
                        _ -> partitions().all().stream()
                                .map(PartitionObjects::partition)
                                .toList()),
                Call.get("partition", asked -> List.of(partition(partitions().lpar(asked.text("name"))))),
                Call.list("adapter", _ -> adapters().toList()),
                Call.get("adapter", this::getAdapter),
                Call.administer("create", "partition", this::create),
                Call.administer("delete", "partition", this::delete),
                Call.operate("start", "partition", does(this::start)),
                Call.operate("stop", "partition", does(this::stop)),
                Call.operate("hibernate", "partition", does(this::hibernate)),
                Call.operate("resume", "partition", does(this::resume)),
                Call.operate("remoteRestart", "partition", does(this::remoteRestart)),
                Call.administer("dropImage", "partition", does(this::dropImage)));
    }

    private Partitions partitions() {
        return domains.get(Partitions.class);
    }

    private Outcome start(Partitions partitions, Asked asked) {
        return partitions.start(asked.text("name"), asked.find("target"), asked.progress());
    }

    private Outcome stop(Partitions partitions, Asked asked) {
        long graceSeconds = asked.findNumber("graceSeconds").orElse(GRACE_SECONDS);
        return partitions.stop(asked.text("name"), Duration.ofSeconds(graceSeconds), asked.progress());
    }

    private Outcome hibernate(Partitions partitions, Asked asked) {
        return partitions.hibernate(asked.text("name"), asked.progress());
    }

    private Outcome resume(Partitions partitions, Asked asked) {
        return partitions.resume(asked.text("name"), asked.find("target"), asked.progress());
    }

    private Outcome remoteRestart(Partitions partitions, Asked asked) {
        return partitions.remoteRestart(asked.text("name"), asked.find("target"), asked.progress());
    }

    private Outcome dropImage(Partitions partitions, Asked asked) {
        return partitions.dropImage(asked.text("name"), asked.progress());
    }

    private Call.Work does(BiFunction<Partitions, Asked, Outcome> operation) {
        return asked -> {
            Outcome outcome = operation.apply(partitions(), asked);
            List<VioObject> times = outcome.timesMs().entrySet().stream()
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .map(time -> VioObject.of("time")
                            .with("name", time.getKey().replaceFirst("_ms$", ""))
                            .with("ms", time.getValue()))
                    .toList();
            return List.of(
                    partition(outcome.lpar()),
                    VioObject.of("outcome").with("token", outcome.token()).with(times));
        };
    }

    private List<VioObject> create(Asked asked) {
        LparSpec spec = new LparSpec(
                asked.text("name"),
                asked.text("client"),
                asked.find("hypervisor"),
                asked.number("memoryBytes"),
                (int) Math.min(Integer.MAX_VALUE, asked.findNumber("cpus").orElse(1)),
                file(asked, "kernel"),
                file(asked, "initrd"),
                asked.find("append"),
                asked.each("disk", "lu"));
        return List.of(partition(partitions().create(spec)));
    }

    /** A caller of the API is nowhere, so that no path is relative to where it is. */
    private static Path file(Asked asked, String attribute) {
        Path path = Path.of(asked.text(attribute));
        if (!path.isAbsolute()) {
            throw VioApiError.BAD_REQUEST.error(
                    "The file " + path + " cannot be found",
                    "the path of " + attribute + " is not absolute",
                    "give the path as the node has it, from the root");
        }
        return path.normalize();
    }

    private List<VioObject> delete(Asked asked) {
        partitions().delete(asked.text("name"));
        return List.of();
    }

    private static VioObject partition(Lpar lpar) {
        List<VioObject> adapters =
                lpar.adapters().stream().map(each -> adapter(lpar, each)).toList();
        List<VioObject> image = lpar.image().stream()
                .map(made -> VioObject.of("image")
                        .with("lu", made.lu())
                        .with("stateBytes", made.stateBytes())
                        .with("storedBytes", made.storedBytes())
                        .with("sha256", made.sha256()))
                .toList();
        return VioObject.of("partition")
                .with("id", lpar.id())
                .with("name", lpar.name())
                .with("client", lpar.client())
                .with("state", lpar.state())
                .with("node", lpar.node())
                .with("epoch", lpar.epoch())
                .with("hypervisor", lpar.hypervisor())
                .with("accelerator", lpar.accelerator())
                .with("memoryBytes", lpar.memoryBytes())
                .with("cpus", lpar.cpus())
                .with("consoleLog", lpar.consoleLog())
                .with(adapters)
                .with(image);
    }

    private static VioObject adapter(Lpar lpar, Lpar.Adapter adapter) {
        return VioObject.of("adapter")
                .with("id", adapter.id())
                .with("drcName", adapter.drcName())
                .with("slot", adapter.slot())
                .with("partition", lpar.name())
                .with("client", lpar.client())
                .with(adapter.lus().stream()
                        .map(lu -> VioObject.of("disk").with("lu", lu))
                        .toList());
    }

    private Stream<VioObject> adapters() {
        return partitions().all().stream()
                .flatMap(lpar -> lpar.adapters().stream().map(each -> adapter(lpar, each)));
    }

    private List<VioObject> getAdapter(Asked asked) {
        Optional<VioObject> found = adapters()
                .filter(adapter -> adapter.values().get("id").equals(asked.number("id")))
                .findFirst();
        return List.of(found.orElseThrow(() -> VioApiError.NOT_FOUND.error(
                "There is no adapter " + asked.text("id"), "no partition has it", "list the adapters")));
    }
}
