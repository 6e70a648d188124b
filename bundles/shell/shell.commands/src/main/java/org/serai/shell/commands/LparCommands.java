package org.serai.shell.commands;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Size;
import org.serai.shell.commands.LparView.OutcomeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for partitions. */
@Component(service = CommandGroup.class)
@Command(name = "lpar", description = "Client partitions, the virtual machines.")
public final class LparCommands implements CommandGroup {
    private static final String TARGET = "The node that shall run it; this node if it is left out.";

    private final NodeServices services;
    private final LparPlans plans;

    /** The commands over these services. */
    @Activate
    public LparCommands(@Reference NodeServices services) {
        this.services = services;
        this.plans = new LparPlans(services);
    }

    @Command(
            name = "create",
            description = "Define a partition; nothing of it runs.",
            footer = {
                "lpar:create web1 --client acme --memory 128M --cpus 1 --kernel /srv/vmlinuz --initrd /srv/initrd --lu disk1",
                "lpar:create web1 --client acme --memory 1G --cpus 2 --kernel /srv/vmlinuz --initrd /srv/initrd"
                        + " --lu disk1 disk2 --append 'console=ttyS0 quiet' --dry-run"
            })
    Object create(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the cluster.") String name,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            required = true,
                            description = "The client that owns it.")
                    String client,
            @Option(names = "--memory", paramLabel = "SIZE", required = true, description = "Its memory, such as 128M.")
                    Size memory,
            @Option(
                            names = "--cpus",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Virtual CPUs (default: ${DEFAULT-VALUE}).")
                    int cpus,
            @Option(names = "--kernel", paramLabel = "FILE", required = true, description = "The kernel to load.")
                    String kernel,
            @Option(names = "--initrd", paramLabel = "FILE", required = true, description = "Its initial RAM disk.")
                    String initrd,
            @Option(
                            names = "--lu",
                            paramLabel = "LU",
                            arity = "1..*",
                            description = "Its disks, in the order of their slots.")
                    List<String> lus,
            @Option(names = "--append", paramLabel = "TEXT", description = "The kernel's command line.")
                    Optional<String> append,
            @Option(
                            names = "--hypervisor",
                            paramLabel = "HYPERVISOR",
                            description = "The backend; the first real one that can run here if it is left out.")
                    Optional<String> hypervisor) {
        LparSpec spec = new LparSpec(
                name,
                client,
                hypervisor,
                memory.bytes(),
                cpus,
                invocation.resolve(kernel),
                invocation.resolve(initrd),
                append,
                lus == null ? List.of() : lus);
        return dryRun.asked()
                ? plans.create(spec)
                : LparView.of(services.partitions().create(spec), services);
    }

    @Command(
            name = "list",
            description = "List the partitions.",
            footer = {"lpar:list", "lpar:list --json"})
    List<LparView> list(@Mixin Invocation invocation) {
        return services.partitions().all().stream()
                .map(lpar -> LparView.of(lpar, services))
                .toList();
    }

    @Command(
            name = "info",
            description = "Show a partition, its adapters, disks and hibernation image.",
            footer = {"lpar:info web1", "lpar:info web1 --json"})
    LparView info(
            @Mixin Invocation invocation, @Parameters(paramLabel = "LPAR", description = "Its name.") String name) {
        return LparView.of(services.partitions().lpar(name), services);
    }

    @Command(
            name = "start",
            description = "Run a stopped partition from its disks.",
            footer = {"lpar:start web1", "lpar:start web1 --target cec-b"})
    Object start(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name,
            @Option(names = "--target", paramLabel = "NODE", description = TARGET) Optional<String> target) {
        if (dryRun.asked()) {
            return plans.operation(name, "boot " + name + at(target), Set.of(LparState.STOPPED), target);
        }
        return outcome(services.partitions().start(name, target, invocation::progress));
    }

    @Command(
            name = "stop",
            description = "Shut a running partition down, or give up the state of a hibernated one.",
            footer = {"lpar:stop web1", "lpar:stop web1 --grace 5", "lpar:stop web1 --drop-image"})
    Object stop(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name,
            @Option(
                            names = "--grace",
                            paramLabel = "SECONDS",
                            defaultValue = "30",
                            description = "How long the guest has to shut down by itself (default: ${DEFAULT-VALUE}).")
                    int graceSeconds,
            @Option(
                            names = "--drop-image",
                            description = "Of a hibernated partition: lose what it had in memory; it is stopped then.")
                    boolean dropImage) {
        if (dryRun.asked()) {
            return dropImage
                    ? plans.operation(
                            name,
                            "drop the hibernation image of " + name + " and all that it had in memory",
                            Set.of(LparState.HIBERNATED),
                            Optional.empty())
                    : plans.operation(
                            name,
                            "shut " + name + " down, after " + graceSeconds + " s by force",
                            Set.of(LparState.RUNNING),
                            Optional.empty());
        }
        if (dropImage) {
            return outcome(services.partitions().dropImage(name, invocation::progress));
        }
        return outcome(services.partitions().stop(name, Duration.ofSeconds(graceSeconds), invocation::progress));
    }

    @Command(
            name = "hibernate",
            description = "Write a running partition's state into an LU, and then end it.",
            footer = {"lpar:hibernate web1", "lpar:hibernate web1 --json"})
    Object hibernate(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name) {
        if (dryRun.asked()) {
            return plans.operation(
                    name,
                    "pause " + name + ", write its state into an LU, and end it",
                    Set.of(LparState.RUNNING),
                    Optional.empty());
        }
        return outcome(services.partitions().hibernate(name, invocation::progress));
    }

    @Command(
            name = "resume",
            description = "Run a hibernated partition from its image.",
            footer = {"lpar:resume web1", "lpar:resume web1 --target cec-b"})
    Object resume(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name,
            @Option(names = "--target", paramLabel = "NODE", description = TARGET) Optional<String> target) {
        if (dryRun.asked()) {
            return plans.operation(
                    name,
                    "verify the hibernation image of " + name + " and go on from it" + at(target),
                    Set.of(LparState.HIBERNATED),
                    target);
        }
        return outcome(services.partitions().resume(name, target, invocation::progress));
    }

    @Command(
            name = "remote-restart",
            description = "Run a partition elsewhere although its last node is dead.",
            footer = {"lpar:remote-restart web1", "lpar:remote-restart web1 --target cec-b --json"})
    Object remoteRestart(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name,
            @Option(names = "--target", paramLabel = "NODE", description = TARGET) Optional<String> target) {
        return dryRun.asked()
                ? plans.remoteRestart(name, target)
                : outcome(services.partitions().remoteRestart(name, target, invocation::progress));
    }

    @Command(
            name = "delete",
            description = "Delete the definition of a stopped partition; its disks stay.",
            footer = {"lpar:delete web1 --dry-run", "lpar:delete web1"})
    Object delete(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name) {
        if (dryRun.asked()) {
            return plans.operation(
                    name, "delete the definition of " + name, Set.of(LparState.STOPPED), Optional.empty());
        }
        services.partitions().delete(name);
        return new Removed(name);
    }

    @Command(
            name = "console",
            description = "Print the end of the console log of a partition's present or last run, at the node of that.",
            footer = {"lpar:console web1", "lpar:console web1 --lines 200"})
    Object console(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "LPAR", description = "Its name.") String name,
            @Option(
                            names = "--lines",
                            paramLabel = "N",
                            defaultValue = "40",
                            description = "How many lines (default: ${DEFAULT-VALUE}).")
                    int lines) {
        ConsoleLog log = ConsoleLog.tail(
                services.partitions().lpar(name), services.membership().self().name(), lines);
        return invocation.json() ? log : log.text();
    }

    private static String at(Optional<String> target) {
        return target.map(node -> " on " + node).orElse(" on this node");
    }

    private OutcomeView outcome(Outcome outcome) {
        return OutcomeView.of(outcome, services);
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "LPAR" ->
                NodeServices.names(() ->
                        services.partitions().all().stream().map(Lpar::name).toList());
            case "HYPERVISOR" ->
                services.hypervisors().keySet().stream().sorted().toList();
            default -> List.of();
        };
    }
}
