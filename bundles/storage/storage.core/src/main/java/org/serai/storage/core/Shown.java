package org.serai.storage.core;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.Pool;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolStore;

/** Pools and LUs as users see them: rows, with what the pools and the locks say now. */
final class Shown {
    private final Catalog catalog;
    private final Attachments attachments;
    private final LuOperations lus;
    private final SpaceLock.Cluster cluster;

    Shown(Catalog catalog, Attachments attachments, LuOperations lus, SpaceLock.Cluster cluster) {
        this.catalog = catalog;
        this.attachments = attachments;
        this.lus = lus;
        this.cluster = cluster;
    }

    Pool pool(PoolRow row) {
        Optional<Attachment> attachment = attachments.find(row.id());
        PoolStore.Usage usage =
                attachment.map(found -> found.store().usage()).orElse(new PoolStore.Usage(row.extentBytes(), 0, 0));
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
                attachment.map(found -> protections(found.store())).orElse(List.of()));
    }

    private List<String> protections(PoolStore store) {
        var timing = cluster.membership().cluster();
        String storage = store.fence().isPresent()
                ? "storage fence: the storage refuses every write of a node that was taken over"
                : "no storage fence: a whole host that is frozen, its watchdog included, and thawed later could still"
                        + " write data that it had begun to write";
        return List.of(
                "self-fence: a node stops serving " + (timing.leaseMs() - timing.marginMs())
                        + " ms after its last renewal in this pool's lease area",
                "watchdog: a process outside the JVM kills a node and its guests " + timing.leaseMs()
                        + " ms after its last renewal",
                "epochs: metadata are refused to a holder whose lock is over",
                storage);
    }

    Lu lu(LuRow row) {
        return new Lu(
                row.id(),
                row.name(),
                row.pool(),
                catalog.pool(row.pool()).map(PoolRow::name).orElse(""),
                row.client(),
                row.kind(),
                row.sizeBytes(),
                usedBytes(row),
                row.thick(),
                row.state().name().toLowerCase(Locale.ROOT),
                lock(row));
    }

    private long usedBytes(LuRow row) {
        Optional<LockedLu> open = lus.openHere(row.id());
        if (open.isPresent()) {
            return open.get().usedBytes();
        }
        try {
            return attachments
                    .find(row.pool())
                    .map(found -> found.store().usedBytes(row.id()))
                    .orElse(0L);
        } catch (SeraiException e) {
            if (e.code() == StorageError.NO_SUCH_LU && row.state() != RowState.ONLINE) {
                return 0;
            }
            throw e;
        }
    }

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
