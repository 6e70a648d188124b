package org.serai.shell.commands.storage;

import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Liveness;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.CopySpec;
import org.serai.storage.Locks;
import org.serai.storage.Lu;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for redundant LUs, the live copies of LUs. */
@Component(service = CommandGroup.class)
@Command(name = "lu", description = "Logical units, the virtual disks.")
public final class RedundancyCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public RedundancyCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record PairView(
            String lu,
            String copy,
            RedundantLu.State state,
            long behindBytes,
            long totalBytes,
            String since,
            String reason,
            @Detail UUID luId,
            @Detail UUID copyId) {
        static PairView of(RedundantLu pair) {
            return new PairView(
                    pair.luName(),
                    pair.copyName(),
                    pair.state(),
                    pair.behindBytes(),
                    pair.totalBytes(),
                    pair.since(),
                    pair.reason(),
                    pair.lu(),
                    pair.copy());
        }
    }

    @Command(
            name = "mirrors",
            description = "List the LUs that have a live copy, and how the two stand.",
            footer = {"lu:mirrors", "lu:mirrors --json"})
    List<PairView> mirrors(@Mixin Invocation invocation) {
        return redundancy().redundantLus().stream().map(PairView::of).toList();
    }

    @Command(
            name = "mirror",
            description = "Give an LU a live copy on another disk group, while in use.",
            footer = {"lu:mirror disk1 --copy disk1-b --tier pool1/hdd/slow"})
    Object mirror(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Option(names = "--copy", paramLabel = "NAME", required = true, description = "The copy's own name.")
                    String copy,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            required = true,
                            description = "Where the copy is; none of its PVs may be one of the LU's.")
                    String tier) {
        CopySpec spec = new CopySpec(lu, copy, TierName.of(tier));
        if (dryRun.asked()) {
            return Told.plan(redundancy().planAdd(spec));
        }
        return PairView.of(redundancy().add(spec));
    }

    @Command(
            name = "unmirror",
            description = "Give up the live copy of an LU and delete it.",
            footer = {"lu:unmirror disk1"})
    Object unmirror(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        if (dryRun.asked()) {
            return Told.plan(redundancy().planRemove(lu));
        }
        String copy = redundancy().redundantLu(lu).copyName();
        redundancy().remove(lu);
        return new Removed(copy);
    }

    @Command(
            name = "resync",
            description = "Copy to the side that is behind what may differ, and wait until both hold the same.",
            footer = {"lu:resync disk1"})
    Object resync(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        if (dryRun.asked()) {
            return Told.plan(redundancy().planResync(lu));
        }
        return PairView.of(redundancy().resync(lu, Told.bytes(invocation, "resynchronised")));
    }

    @Command(
            name = "promote",
            description = "Make the copy of an LU the one that is written, and the LU its copy.",
            footer = {"lu:promote disk1 --dry-run", "lu:promote disk1"})
    Object promote(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        if (dryRun.asked()) {
            RedundantLu pair = redundancy().redundantLu(lu);
            return Plan.draft()
                    .would("let adapters and exports of " + pair.luName() + " use " + pair.copyName() + " from now on")
                    .require(
                            pair.state() != RedundantLu.State.COPY_BEHIND,
                            StorageError.NOT_SYNCHRONOUS.code() + ": " + pair.copyName() + " does not hold everything")
                    .check(() -> requireUnused(pair.luName()))
                    .plan();
        }
        return PairView.of(redundancy().promote(lu));
    }

    /** What a dead node held is no obstacle. */
    private void requireUnused(String lu) {
        services.get(Locks.class)
                .explain(lu)
                .lock()
                .filter(lock -> lock.isHeld() && lock.nodeState() == Liveness.State.ALIVE)
                .ifPresent(lock -> {
                    throw StorageError.LU_LOCKED.error(
                            "LU " + lu + " is in use",
                            "node " + lock.nodeName() + " holds it for " + lock.operation(),
                            Lu.Lock.ending(lu, lock.operation(), lock.nodeName())
                                    .orElse("end that first"));
                });
    }

    private Redundancy redundancy() {
        return services.get(Redundancy.class);
    }
}
