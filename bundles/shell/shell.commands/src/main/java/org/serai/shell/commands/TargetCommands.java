package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Node;
import org.serai.scsi.Export;
import org.serai.scsi.Exports;
import org.serai.scsi.LuExports;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths;
import org.serai.scsi.ReadExports;
import org.serai.scsi.ScsiError;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.storage.Lu;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that show the targets. */
@Component(service = CommandGroup.class)
@Command(name = "target", description = "Targets: what this node serves to initiators.")
public final class TargetCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public TargetCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /**
     * A target.
     *
     * @param lu for a plain export its LU; empty for the target of a partition
     * @param state of the path to it through that node
     * @param sessions as far as this node knows: those at itself
     * @param urls of its LUNs, without credentials
     */
    record TargetView(
            String target,
            String node,
            Optional<String> lu,
            Paths.State state,
            @Detail boolean preferred,
            int luns,
            Optional<Integer> sessions,
            @Detail List<String> urls) {}

    @Command(
            name = "list",
            description = "List the targets of this node, and the plain exports of all.",
            footer = {"target:list", "target:list --json"})
    List<TargetView> list(@Mixin Invocation invocation) {
        String self = services.membership().self().name();
        List<ExportedLu> plain = plain();
        List<TargetView> targets = new ArrayList<>();
        for (Export export : services.get(Exports.class).exports()) {
            Optional<ExportedLu> own = plain.stream()
                    .filter(each ->
                            each.target().equals(export.target()) && each.node().equals(self))
                    .findFirst();
            targets.add(new TargetView(
                    export.target(),
                    self,
                    own.map(ExportedLu::lu),
                    own.map(ExportedLu::state).orElse(Paths.State.ACTIVE),
                    own.map(ExportedLu::preferred).orElse(true),
                    export.urls().size(),
                    Optional.of(export.sessions()),
                    export.urls().stream()
                            .map(TargetCommands::withoutCredentials)
                            .toList()));
        }
        plain.stream()
                .filter(each -> targets.stream()
                        .noneMatch(known -> known.target().equals(each.target())
                                && known.node().equals(each.node())))
                .map(each -> new TargetView(
                        each.target(),
                        each.node(),
                        Optional.of(each.lu()),
                        each.state(),
                        each.preferred(),
                        1,
                        Optional.<Integer>empty(),
                        List.of(withoutCredentials(each.url()))))
                .forEach(targets::add);
        return targets;
    }

    private List<ExportedLu> plain() {
        return Stream.concat(
                        services.find(LuExports.class).stream().flatMap(exports -> exports.all().stream()),
                        services.find(ReadExports.class).stream().flatMap(exports -> exports.all().stream()))
                .toList();
    }

    @Command(
            name = "activate",
            description =
                    "Make the path through a node the active one, as a multipath initiator may; it is preferred then.",
            footer = {"target:activate disk1", "target:activate disk1 --node cec-b"})
    Object activate(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Option(
                            names = "--node",
                            paramLabel = "NODE",
                            description = "A node that exports it; this one if not given.")
                    String node) {
        String wanted = Optional.ofNullable(node)
                .orElseGet(() -> services.membership().self().name());
        LuExports exports = services.get(LuExports.class);
        if (dryRun.asked()) {
            List<ExportedLu> paths = exports.of(lu);
            return Plan.draft()
                    .would("flush LU " + lu + " and move its lock to node " + wanted)
                    .would("tell initiators through the other paths that these are standby")
                    .require(
                            paths.stream().anyMatch(path -> path.node().equals(wanted)),
                            ScsiError.NO_SUCH_EXPORT.code() + ": LU " + lu + " has no path through node " + wanted)
                    .plan();
        }
        return exports.activate(lu, wanted, invocation::progress);
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "LU" ->
                NodeServices.names(
                        () -> services.storage().lus().stream().map(Lu::name).toList());
            case "NODE" ->
                NodeServices.names(() ->
                        services.membership().nodes().stream().map(Node::name).toList());
            default -> List.of();
        };
    }

    static String withoutCredentials(String url) {
        return url.replaceFirst("^iscsi://[^/@]*@", "iscsi://").replaceFirst("\\?.*$", "");
    }
}
