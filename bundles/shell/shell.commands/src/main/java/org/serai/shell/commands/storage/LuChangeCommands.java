package org.serai.shell.commands.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.shell.commands.Removed;
import org.serai.storage.LuChange;
import org.serai.storage.LuChanges;
import org.serai.storage.LuSnapshot;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that change LUs, in use or not: size, snapshots, clones, place. */
@Component(service = CommandGroup.class)
@Command(name = "lu", description = "Logical units, the virtual disks.")
public final class LuChangeCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public LuChangeCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record SnapshotView(
            String snapshot,
            String lu,
            String taken,
            long sizeBytes,
            Optional<Long> ownBytes,
            List<String> clones,
            @Detail UUID set,
            @Detail UUID id) {
        static SnapshotView of(LuSnapshot snapshot) {
            return new SnapshotView(
                    snapshot.name(),
                    snapshot.lu(),
                    snapshot.taken().toString(),
                    snapshot.sizeBytes(),
                    snapshot.ownBytes(),
                    snapshot.clones(),
                    snapshot.set(),
                    snapshot.id());
        }
    }

    record Changed(String lu, long sizeBytes, Optional<Long> usedBytes, String tier, Optional<String> origin) {}

    @Command(
            name = "resize",
            description = "Grow or shrink an LU while it is in use; what is behind a smaller end is lost.",
            footer = {"lu:resize disk1 --size 2G", "lu:resize disk1 --size 512M --shrink"})
    Object resize(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Its new size.") Size size,
            @Option(names = "--shrink", description = "Yes, make it smaller and lose what is behind the new end.")
                    boolean shrink) {
        LuChange change = new LuChange.Resize(lu, size.bytes());
        Runnable check = () ->
                Shrinking.require(shrink, "LU " + lu, services.storage().lu(lu).sizeBytes(), size);
        if (dryRun.asked()) {
            return Told.plan(changes().plan(change), Plan.draft().check(check));
        }
        check.run();
        return apply(invocation, dryRun, change, lu);
    }

    @Command(
            name = "snapshot",
            description = "Keep LUs as they are now, all of them as of one moment.",
            footer = {"lu:snapshot before-update disk1", "lu:snapshot nightly disk1 disk2 disk3"})
    Object snapshot(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "The snapshot's name, unique in each LU.") String snapshot,
            @Parameters(paramLabel = "LU", arity = "1..*", description = "The LUs.") List<String> lus) {
        LuChange change = new LuChange.Snapshot(lus, snapshot);
        if (dryRun.asked()) {
            return Told.plan(changes().plan(change));
        }
        changes().apply(change, Told.bytes(invocation, "kept"));
        return lus.stream()
                .flatMap(lu -> snapshotsOf(lu).stream())
                .filter(view -> view.snapshot().equals(snapshot))
                .toList();
    }

    @Command(
            name = "snapshots",
            description = "List the snapshots of an LU, oldest first.",
            footer = {"lu:snapshots disk1", "lu:snapshots disk1 --json"})
    List<SnapshotView> snapshots(
            @Mixin Invocation invocation, @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        return snapshotsOf(lu);
    }

    private List<SnapshotView> snapshotsOf(String lu) {
        return changes().snapshots(lu).stream().map(SnapshotView::of).toList();
    }

    @Command(
            name = "drop-snapshot",
            description = "Drop a snapshot that no clone needs, and give back what only it needed.",
            footer = {"lu:drop-snapshot disk1 before-update"})
    Object dropSnapshot(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "SNAPSHOT", description = "The snapshot's name.") String snapshot) {
        LuChange change = new LuChange.DropSnapshot(lu, snapshot);
        if (dryRun.asked()) {
            return Told.plan(changes().plan(change));
        }
        changes().apply(change, Told.bytes(invocation, "dropped"));
        return new Removed(lu + "@" + snapshot);
    }

    @Command(
            name = "rollback",
            description = "Make an LU what it was at a snapshot; what was written since is lost, all snapshots stay.",
            footer = {"lu:rollback disk1 before-update --dry-run", "lu:rollback disk1 before-update"})
    Object rollback(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "SNAPSHOT", description = "The snapshot's name.") String snapshot) {
        return apply(invocation, dryRun, new LuChange.Rollback(lu, snapshot), lu);
    }

    @Command(
            name = "clone",
            description = "Make LUs that begin as others are, or were at a snapshot, and share their space.",
            footer = {
                "lu:clone base=web1 --snapshot golden",
                "lu:clone db-data=test-data db-log=test-log --snapshot now --tier pool1/ssd/fast"
            })
    Object cloneLus(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU=CLONE", arity = "1..*", description = "An LU and its clone's name.")
                    List<String> pairs,
            @Option(
                            names = "--snapshot",
                            paramLabel = "SNAPSHOT",
                            required = true,
                            description =
                                    "A snapshot that all have, or the name of one to be taken of all in one moment.")
                    String snapshot,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            description = "Where the clones are (default: as their origins).")
                    Optional<String> tier) {
        List<LuChange.Copy> copies = new ArrayList<>();
        for (String pair : pairs) {
            String[] names = pair.split("=", -1);
            if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
                throw ShellError.WRONG_USAGE.error(
                        "'" + pair + "' names no clone", "a clone is written LU=CLONE", "write for example base=web1");
            }
            copies.add(new LuChange.Copy(names[0], names[1], tier.map(TierName::of)));
        }
        LuChange change = new LuChange.Clone(copies, snapshot);
        if (dryRun.asked()) {
            return Told.plan(changes().plan(change));
        }
        changes().apply(change, Told.bytes(invocation, "cloned"));
        return copies.stream().map(copy -> changed(copy.name())).toList();
    }

    @Command(
            name = "flatten",
            description = "Make a clone independent of its origin by copying what they share, while in use.",
            footer = {"lu:flatten web1"})
    Object flatten(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        return apply(invocation, dryRun, new LuChange.Flatten(lu), lu);
    }

    @Command(
            name = "move",
            description = "Move an LU to another tier, of its pool or of another one, while in use.",
            footer = {"lu:move disk1 pool1/ssd/fast", "lu:move disk1 pool2 --dry-run"})
    Object move(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Parameters(paramLabel = "TIER", description = "POOL/GROUP/TIER, or POOL for its default.") String tier) {
        return apply(invocation, dryRun, new LuChange.Move(lu, TierName.of(tier)), lu);
    }

    @Command(
            name = "alerts",
            description = "Change at which fill of its own size an LU raises alerts; by default at none.",
            footer = {"lu:alerts disk1 --at 80 --at 95 --hysteresis 3", "lu:alerts disk1 --at 0"})
    Object alerts(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu,
            @Mixin ThresholdOptions options) {
        return apply(
                invocation,
                dryRun,
                new LuChange.SetLuThresholds(lu, options.over(org.serai.storage.Thresholds.NONE)),
                lu);
    }

    private Object apply(Invocation invocation, DryRun dryRun, LuChange change, String lu) {
        if (dryRun.asked()) {
            return Told.plan(changes().plan(change));
        }
        changes().apply(change, Told.bytes(invocation, "copied"));
        return changed(lu);
    }

    private Changed changed(String name) {
        var lu = services.storage().lu(name);
        return new Changed(
                lu.name(),
                lu.sizeBytes(),
                Told.ifKnown(lu.isSpaceKnown(), lu.usedBytes()),
                lu.place().tier().toString(),
                lu.place().origin());
    }

    private LuChanges changes() {
        return services.get(LuChanges.class);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("SNAPSHOT")
                ? NodeServices.names(() -> services.storage().lus().stream()
                        .flatMap(lu -> changes().snapshots(lu.name()).stream())
                        .map(LuSnapshot::name)
                        .toList())
                : List.of();
    }
}
