package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.scsi.LuExports;
import org.serai.scsi.LuExports.Admitted;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.ReadExports;
import org.serai.scsi.ScsiError;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.Lu;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that export LUs as plain disks. */
@Component(service = CommandGroup.class)
@Command(name = "lu", description = "Logical units, the virtual disks.")
public final class LuExportCommands implements CommandGroup {
    private static final String ANY = "any";

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public LuExportCommands(@Reference NodeServices services) {
        this.services = services;
    }

    @Command(
            name = "export",
            description =
                    "Export an LU as a plain iSCSI disk from this node, until lu:unexport. If other nodes export it, this is"
                            + " another path to it; what dead nodes export is taken over.",
            footer = {
                "lu:export disk1 --initiator iqn.2004-10.com.example:host1",
                "lu:export disk1 --initiator any --json",
                "lu:export disk1",
                "lu:export disk1 --initiator any --read-only"
            })
    Object export(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String name,
            @Option(
                            names = "--initiator",
                            paramLabel = "IQN|any",
                            description =
                                    "The only initiator that sees it, which gets a CHAP secret; or any. Another path"
                                            + " has that of the first.")
                    String initiator,
            @Option(names = "--mutual", description = "Give the target a CHAP secret of its own as well.")
                    boolean mutual,
            @Option(
                            names = "--redirect",
                            description =
                                    "Send initiators that log in at a standby path to the active one: for those that do"
                                            + " not know that there are several.")
                    boolean redirect,
            @Option(
                            names = "--read-only",
                            description =
                                    "For reading, until lu:unexport or the end of this node; of an LU that is held its copy.")
                    boolean readOnly) {
        Optional<Optional<String>> asked =
                Optional.ofNullable(initiator).map(given -> given.equals(ANY) ? Optional.empty() : Optional.of(given));
        if (mutual && asked.flatMap(only -> only).isEmpty()) {
            throw ShellError.WRONG_USAGE.error(
                    "LU " + name + " cannot be exported so",
                    "--mutual is for one initiator",
                    "give --initiator with its IQN");
        }
        if (readOnly) {
            return exportForReading(dryRun, name, required(name, asked));
        }
        LuExports exports = services.get(LuExports.class);
        List<ExportedLu> earlier = exports.of(name);
        if (!earlier.isEmpty()
                && asked.map(only -> only.equals(earlier.getFirst().initiator()))
                        .orElse(true)) {
            return dryRun.asked()
                    ? Plan.draft()
                            .would("export LU " + name + " from this node as well, as another path of "
                                    + earlier.getFirst().target())
                            .would("take its lock if no node has it that lives")
                            .plan()
                    : exports.join(name, invocation::progress);
        }
        Admitted admitted = new Admitted(required(name, asked), mutual, redirect);
        if (dryRun.asked()) {
            return new LuPlans(services).export(name, initiator);
        }
        return exports.export(name, admitted, invocation::progress);
    }

    private static Optional<String> required(String name, Optional<Optional<String>> asked) {
        return asked.orElseThrow(() -> ShellError.WRONG_USAGE.error(
                "LU " + name + " cannot be exported so",
                "it is not said who may see it",
                "give --initiator with the IQN of the only initiator, or any"));
    }

    private Object exportForReading(DryRun dryRun, String name, Optional<String> only) {
        return dryRun.asked()
                ? new LuPlans(services).exportForReading(name, only.orElse(ANY))
                : services.get(ReadExports.class).export(name, only);
    }

    @Command(
            name = "unexport",
            description =
                    "Take this node's path to an LU away, or those of dead nodes; the export ends with the last one.",
            footer = {"lu:unexport disk1", "lu:unexport disk1 --everywhere"})
    Object unexport(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String name,
            @Option(names = "--everywhere", description = "The paths through all nodes.") boolean everywhere,
            @Option(names = "--read-only", description = "This node's export for reading.") boolean readOnly) {
        if (dryRun.asked()) {
            return unexportPlan(name, everywhere, readOnly);
        }
        if (readOnly) {
            services.get(ReadExports.class).unexport(name);
        } else {
            services.get(LuExports.class).unexport(name, everywhere, invocation::progress);
        }
        return new Removed(name);
    }

    private Plan unexportPlan(String name, boolean everywhere, boolean readOnly) {
        List<ExportedLu> all = readOnly
                ? services.get(ReadExports.class).all()
                : services.get(LuExports.class).all();
        List<ExportedLu> paths =
                all.stream().filter(each -> each.lu().equals(name)).toList();
        String self = services.membership().self().name();
        List<ExportedLu> here =
                paths.stream().filter(each -> each.node().equals(self)).toList();
        List<ExportedLu> ended = everywhere || here.isEmpty() ? paths : here;
        Plan.Draft draft = Plan.draft();
        for (ExportedLu each : ended) {
            draft = draft.would("end " + each.sessions() + " sessions and the path through node " + each.node());
        }
        return draft.require(!paths.isEmpty(), ScsiError.NO_SUCH_EXPORT.code() + ": LU " + name + " is not exported")
                .plan();
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "LU" ->
                NodeServices.names(
                        () -> services.storage().lus().stream().map(Lu::name).toList());
            case "IQN|any" -> List.of(ANY);
            default -> List.of();
        };
    }
}
