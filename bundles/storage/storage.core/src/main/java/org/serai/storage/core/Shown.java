package org.serai.storage.core;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.Pool;
import org.serai.storage.RedundantLu;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.LockedLu;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.PoolStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pools and LUs as users see them: rows, with what the pools and the locks say now. */
final class Shown {
    private static final Logger LOG = LoggerFactory.getLogger(Shown.class);

    private final Lasting troubles = new Lasting(LOG);
    private final Catalog catalog;
    private final Tiers tiers;
    private final SnapshotCatalog snapshots;
    private final Pairs pairs;
    private final Attachments attachments;
    private final OpenLus open;
    private final SpaceLock.Cluster cluster;

    Shown(
            Catalog catalog,
            Tiers tiers,
            SnapshotCatalog snapshots,
            Pairs pairs,
            Attachments attachments,
            OpenLus open,
            SpaceLock.Cluster cluster) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.snapshots = snapshots;
        this.pairs = pairs;
        this.attachments = attachments;
        this.open = open;
        this.cluster = cluster;
    }

    Pool pool(PoolRow row) {
        Optional<Attachment> attachment = attachments.find(row.id());
        PoolStore.Usage usage =
                attachment.map(found -> usage(found.store(), row)).orElse(new PoolStore.Usage(row.extentBytes(), 0, 0));
        long committed = catalog.lus().stream()
                .filter(lu -> lu.pool().equals(row.id()))
                .mapToLong(LuRow::sizeBytes)
                .sum();
        return new Pool(
                row.id(),
                row.name(),
                row.driver(),
                attachment.isPresent(),
                catalog.pvs(row.id()).stream()
                        .map(pv -> new Pool.Pv(pv.id(), pv.path(), pv.sizeBytes()))
                        .toList(),
                usage.extentBytes(),
                usage.sizeBytes(),
                usage.usedBytes(),
                committed,
                attachment.map(found -> protections(found.store())).orElse(List.of()),
                row.checksum(),
                attachments.trouble(row));
    }

    private PoolStore.Usage usage(PoolStore store, PoolRow row) {
        try {
            PoolStore.Usage usage = store.usage();
            troubles.over(row.id());
            return usage;
        } catch (RuntimeException e) {
            troubles.warn(row.id(), "Pool " + row.name() + " cannot be read", e);
            return new PoolStore.Usage(row.extentBytes(), 0, 0);
        }
    }

    private List<String> protections(PoolStore store) {
        var timing = cluster.membership().cluster();
        String storage = store.fence().isPresent()
                ? "storage fence: the storage refuses every write of a node that was taken over"
                : "no storage fence: a whole host that is frozen, its watchdog included, and thawed later could still"
                        + " write data that it had begun to write";
        return List.of(
                "self-fence: a node stops serving " + (timing.leaseMs() - timing.marginMs())
                        + " ms after its last renewal in "
                        + (store.leaseArea().isPresent()
                                ? "this pool's lease area"
                                : "the VIOS DB, for this pool has no lease area"),
                "watchdog: a process outside the JVM kills a node and its guests " + timing.leaseMs()
                        + " ms after its last renewal",
                "epochs: metadata are refused to a holder whose lock is over",
                storage);
    }

    Lu lu(LuRow row) {
        Seen seen = seen(row);
        return new Lu(
                row.id(),
                row.name(),
                row.pool(),
                catalog.pool(row.pool()).map(PoolRow::name).orElse(""),
                row.client(),
                row.kind(),
                row.sizeBytes(),
                seen.usedBytes(),
                row.thick(),
                isDegraded(row, seen.state()) ? "degraded" : seen.state(),
                lock(row),
                place(row, seen));
    }

    /** Whether it goes on with one of its sides. */
    private boolean isDegraded(LuRow row, String state) {
        boolean read = state.equals("online") || state.equals("away");
        return (read || state.equals("damaged"))
                && pairs.seen(row.id())
                        .filter(pair -> pair.lu().equals(row.id()) && pair.state() != RedundantLu.State.SYNCHRONOUS)
                        // What only the primary holds is damaged with it.
                        .filter(pair -> read || pair.state() == RedundantLu.State.PRIMARY_BEHIND)
                        .isPresent();
    }

    private Lu.Place place(LuRow row, Seen seen) {
        TierName tier = tiers.tier(row.tier()).map(tiers::name).orElse(TierName.defaultOf(""));
        Optional<String> origin = row.origin()
                .flatMap(snapshots::get)
                .map(snapshot -> catalog.lu(snapshot.lu())
                                .map(LuRow::name)
                                .orElse(snapshot.lu().toString())
                        + "@" + snapshot.name());
        return new Lu.Place(tier, seen.ownBytes(), seen.snapshotBytes(), origin);
    }

    /** What the pool says of an LU; one LU that cannot be read does not keep the others from being shown. */
    private Seen seen(LuRow row) {
        String state = row.state().name().toLowerCase(Locale.ROOT);
        Optional<LockedLu> held = open.openHere(row.id());
        Optional<Attachment> attachment = attachments.find(row.pool());
        if (attachment.isEmpty()) {
            return new Seen(0, 0, 0, row.state() == RowState.ONLINE ? "unattached" : state);
        }
        try {
            LuUsage usage = attachment.get().store().luUsage(row.id());
            long used = held.isPresent() ? held.get().usedBytes() : usage.usedBytes();
            troubles.over(row.id());
            return new Seen(used, usage.ownBytes(), usage.snapshotBytes(), state);
        } catch (RuntimeException e) {
            boolean missing = e instanceof SeraiException known && known.code() == StorageError.NO_SUCH_LU;
            if (missing && !catalog.isOnline(row.id())) {
                // The view is behind: another node makes or deletes it just now.
                return new Seen(0, 0, 0, RowState.DELETING.name().toLowerCase(Locale.ROOT));
            }
            troubles.warn(row.id(), "LU " + row.name() + " cannot be read", e);
            boolean away = e instanceof SeraiException known && known.code() == StorageError.PV_AWAY;
            return new Seen(0, 0, 0, away ? "away" : "damaged");
        }
    }

    private record Seen(long usedBytes, long ownBytes, long snapshotBytes, String state) {}

    private Optional<Lu.Lock> lock(LuRow row) {
        return cluster.ownership().owner(row.object()).flatMap(this::lock);
    }

    private Optional<Lu.Lock> lock(Owner owner) {
        return owner.holder().map(node -> new Lu.Lock(node, nodeName(node), owner.operation(), owner.epoch()));
    }

    private String nodeName(UUID node) {
        return cluster.membership().node(node).map(found -> found.name()).orElse(node.toString());
    }
}
