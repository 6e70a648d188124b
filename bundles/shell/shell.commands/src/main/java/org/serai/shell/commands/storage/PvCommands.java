package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Delegations;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.Pvs;
import org.serai.storage.Relayed;
import org.serai.storage.RelayedIo;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for the physical volumes of pools. */
@Component(service = CommandGroup.class)
@Command(name = "pv", description = "Physical volumes, the disks and files that pools are made of.")
public final class PvCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public PvCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record PvView(
            String path,
            String pool,
            @Detail int position,
            Pv.State state,
            boolean present,
            Optional<String> through,
            long sizeBytes,
            @Detail Optional<Long> usableBytes,
            Optional<Long> usedBytes,
            List<String> tiers,
            @Detail UUID id) {
        static PvView of(NodeServices services, Pv pv) {
            return new PvView(
                    pv.path(),
                    pv.poolName(),
                    pv.position(),
                    pv.state(),
                    pv.present(),
                    throughOf(services, pv),
                    pv.sizeBytes(),
                    Told.ifKnown(pv.usableBytes() > 0, pv.usableBytes()),
                    Told.ifKnown(pv.usableBytes() > 0, pv.usedBytes()),
                    pv.tiers().stream().map(TierName::toString).toList(),
                    pv.id());
        }
    }

    /** The neighbour through which this node reaches a PV. */
    private static Optional<String> throughOf(NodeServices services, Pv pv) {
        UUID self = services.membership().self().id();
        return services.find(Delegations.class).map(Delegations::all).orElse(List.of()).stream()
                .filter(each -> each.node().equals(self) && each.pv().equals(pv.id()))
                .map(each -> services.nodeName(each.neighbour()))
                .findFirst();
    }

    @Command(
            name = "list",
            description = "List the PVs of all pools, or of one.",
            footer = {"pv:list", "pv:list pool1 --json"})
    List<PvView> list(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "POOL", arity = "0..1", description = "Only its PVs.") Optional<String> pool) {
        Pvs pvs = pvs();
        return pool.map(pvs::pvs).orElseGet(pvs::pvs).stream()
                .map(each -> PvView.of(services, each))
                .toList();
    }

    /** I/O for another node, none of which is in any other count of this one. */
    record RelayedView(
            String node,
            String pv,
            long reads,
            long readBytes,
            long writes,
            long writtenBytes,
            @Detail long others,
            boolean now) {}

    @Command(
            name = "relayed",
            description =
                    "Show the I/O that this node has done for nodes that do not reach a PV, since this node was started.",
            footer = {"pv:relayed", "pv:relayed --json"})
    List<RelayedView> relayed(@Mixin Invocation invocation) {
        Map<UUID, String> paths = pvs().pvs().stream().collect(Collectors.toMap(Pv::id, Pv::path, (one, _) -> one));
        return services.get(Relayed.class).io().stream()
                .map(io -> new RelayedView(
                        services.nodeName(io.node()),
                        paths.getOrDefault(io.pv(), io.pv().toString()),
                        io.reads(),
                        io.readBytes(),
                        io.writes(),
                        io.writtenBytes(),
                        io.others(),
                        isRelayedNow(io)))
                .toList();
    }

    private boolean isRelayedNow(RelayedIo io) {
        UUID self = services.membership().self().id();
        return services.find(Delegations.class).map(Delegations::all).orElse(List.of()).stream()
                .anyMatch(each -> each.neighbour().equals(self)
                        && each.node().equals(io.node())
                        && each.pv().equals(io.pv()));
    }

    @Command(
            name = "info",
            description = "Show a PV.",
            footer = {"pv:info pool1 /srv/shared/pv1"})
    PvView info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "PV", description = "Its path or id.") String pv) {
        return PvView.of(services, find(invocation, pool, pv));
    }

    @Command(
            name = "add",
            description = "Take one more PV into a pool while it is in use.",
            footer = {
                "pv:add pool1 /srv/shared/pv2:100G",
                "pv:add pool1 /dev/disk/by-id/wwn-0x5002 --tier pool1/ssd/fast",
                "pv:add pool1 /dev/disk/by-id/wwn-0x5003 --wipe"
            })
    Object add(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "The pool.") String pool,
            @Parameters(
                            paramLabel = "PATH[:SIZE]",
                            description = "A file or block device; a file that does not exist is made with SIZE.")
                    String pv,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            description =
                                    "A tier that gets it; may be given more than once (default: the pool's default).")
                    List<String> tiers,
            @Option(
                            names = "--wipe",
                            description =
                                    "Yes, erase it if it is a PV that this pool gave up as lost and that came back.")
                    boolean wipe) {
        List<TierName> names =
                tiers == null ? List.of() : tiers.stream().map(TierName::of).toList();
        PvChange.Add change = new PvChange.Add(pool, PvArgument.parse(invocation, pv), names, wipe);
        if (dryRun.asked()) {
            Plan.Draft draft = Plan.draft();
            PvArgument.plan(change.pv(), draft);
            return draft.plan().possible() ? Told.plan(pvs().plan(change), draft) : draft.plan();
        }
        return apply(invocation, dryRun, change, pv);
    }

    @Command(
            name = "grow",
            description = "Use what a PV has grown by, or make its file larger first.",
            footer = {"pv:grow pool1 /dev/sdb", "pv:grow pool1 /srv/shared/pv1 --size 200G"})
    Object grow(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "PV", description = "Its path or id.") String pv,
            @Option(names = "--size", paramLabel = "SIZE", description = "The size that the file is given.")
                    Optional<Size> size) {
        OptionalLong to = size.map(given -> OptionalLong.of(given.bytes())).orElse(OptionalLong.empty());
        return apply(invocation, dryRun, new PvChange.Grow(pool, name(invocation, pool, pv), to), pv);
    }

    @Command(
            name = "drain",
            description = "Move off a PV what is on it, while in use, and put nothing new there.",
            footer = {"pv:drain pool1 /srv/shared/pv1 --dry-run", "pv:drain pool1 /srv/shared/pv1"})
    Object drain(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "PV", description = "Its path or id.") String pv) {
        return apply(invocation, dryRun, new PvChange.Drain(pool, name(invocation, pool, pv)), pv);
    }

    @Command(
            name = "use",
            description = "Use a PV again that was being drained.",
            footer = {"pv:use pool1 /srv/shared/pv1"})
    Object use(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "PV", description = "Its path or id.") String pv) {
        return apply(invocation, dryRun, new PvChange.Use(pool, name(invocation, pool, pv)), pv);
    }

    @Command(
            name = "remove",
            description = "Drain a PV and let go of it, or give up one that is gone for good.",
            footer = {
                "pv:remove pool1 /srv/shared/pv1 --dry-run",
                "pv:remove pool1 /srv/shared/pv1",
                "pv:remove pool1 /srv/shared/pv1 --lost --dry-run",
                "pv:remove pool1 /srv/shared/pv1 --lost --drop-data"
            })
    Object remove(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "POOL", description = "Its pool.") String pool,
            @Parameters(paramLabel = "PV", description = "Its path or id.") String pv,
            @Option(names = "--lost", description = "It is gone for good: strike it from the pool without reading it.")
                    boolean lost,
            @Option(names = "--drop-data", description = "With --lost: yes, give up what LUs have on it.")
                    boolean dropData) {
        if (dropData && !lost) {
            throw ShellError.WRONG_USAGE.error(
                    "--drop-data goes with --lost only",
                    "a PV that is there is emptied before it is removed, and no data are dropped",
                    "leave --drop-data away, or give --lost too if the PV is gone for good");
        }
        String id = name(invocation, pool, pv);
        PvChange change = lost ? new PvChange.Lose(pool, id, dropData) : new PvChange.Remove(pool, id);
        if (dryRun.asked()) {
            return Told.plan(pvs().plan(change));
        }
        pvs().apply(change, Told.bytes(invocation, "moved off " + pv));
        return new org.serai.shell.commands.Removed(pv);
    }

    private Object apply(Invocation invocation, DryRun dryRun, PvChange change, String pv) {
        if (dryRun.asked()) {
            return Told.plan(pvs().plan(change));
        }
        pvs().apply(change, Told.bytes(invocation, "moved off " + pv));
        String path = change instanceof PvChange.Add add ? add.pv().path() : pv;
        return PvView.of(services, find(invocation, change.pool(), path));
    }

    /** A path as the pool knows it, or an id as it is. */
    private String name(Invocation invocation, String pool, String pv) {
        return find(invocation, pool, pv).id().toString();
    }

    private Pv find(Invocation invocation, String pool, String pv) {
        String path = invocation.resolve(pv).toString();
        return pvs().pvs(pool).stream()
                .filter(each -> each.path().equals(path) || each.id().toString().equals(pv))
                .findFirst()
                .orElseThrow(() -> StorageError.PV_UNUSABLE.error(
                        "Pool " + pool + " has no PV " + pv,
                        "no PV of the pool has that path or id",
                        "look at pv:list " + pool));
    }

    private Pvs pvs() {
        return services.get(Pvs.class);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("PV")
                ? NodeServices.names(() -> pvs().pvs().stream().map(Pv::path).toList())
                : List.of();
    }
}
