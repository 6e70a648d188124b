package org.serai.storage.core.lu;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Grant;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Snapshots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows and driver together again after a change that was cut off. Whoever has just locked an LU knows that no
 * change of it is under way: the driver is right about the size, snapshots that are not online are dropped, and what a
 * move to another pool left there is deleted.
 */
public final class Settling {
    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    private final Database database;
    private final Attachments attachments;
    private final LuLocks locks;
    private final SnapshotCatalog snapshots;

    /** Over rows and pools. */
    public Settling(Database database, Attachments attachments, LuLocks locks, SnapshotCatalog snapshots) {
        this.database = database;
        this.attachments = attachments;
        this.locks = locks;
        this.snapshots = snapshots;
    }

    /** Settles an LU that is locked, open, and not being changed; its row as it is then. */
    public LuRow settle(LuRow row, LuStore store, Grant grant) {
        LuRow sized = store.sizeBytes() == row.sizeBytes() ? row : update(row.sized(store.sizeBytes()), grant);
        try {
            dropUnsettled(sized, store, grant);
            return sized.otherPool().isPresent() ? withoutRemnant(sized, grant) : sized;
        } catch (SeraiException e) {
            // None of this keeps anybody from using the LU; it is tried again with the next change or opening.
            LOG.warn("LU {} is settled later: {}", row.name(), e.getMessage());
            return sized;
        }
    }

    private void dropUnsettled(LuRow row, LuStore store, Grant grant) {
        List<SnapshotRow> left = snapshots.of(row.id()).stream()
                .filter(snapshot -> snapshot.state() != RowState.ONLINE)
                .flatMap(snapshot ->
                        database.read(transaction -> transaction.get(SnapshotRow.class, snapshot.id())).stream())
                .filter(snapshot -> snapshot.state() != RowState.ONLINE)
                .toList();
        for (SnapshotRow snapshot : left) {
            LOG.info("Snapshot {} of LU {} was left {} and is dropped", snapshot.name(), row.name(), snapshot.state());
            drop(snapshot, store, grant);
        }
    }

    /** Drops a snapshot that is not online from driver and rows. */
    public void drop(SnapshotRow snapshot, LuStore store, Grant grant) {
        if (store instanceof Snapshots able) {
            able.deleteSnapshot(snapshot.id(), snapshots.needed(snapshot.lu()));
        }
        database.write(transaction -> {
            locks.require(transaction, grant);
            transaction
                    .get(SnapshotRow.class, snapshot.id())
                    .ifPresent(found -> transaction.delete(SnapshotRow.class, found.id()));
            return snapshot;
        });
    }

    private LuRow withoutRemnant(LuRow row, Grant grant) {
        UUID pool = row.otherPool().orElseThrow();
        Optional<Attachment> other = attachments.find(pool);
        if (other.isEmpty()) {
            LOG.warn("LU {} has a remnant in a pool that is not attached here; it is deleted later", row.name());
            return row;
        }
        other.get().store().deleteLu(row.id(), grant.epoch());
        return update(row.in(row.pool(), row.tier(), Optional.empty()), grant);
    }

    /** Changes an LU's row, if its lock is still this one. */
    public LuRow update(LuRow row, Grant grant) {
        return database.write(transaction -> {
            locks.require(transaction, grant);
            // Thresholds are changed without the lock: theirs is the row that is there.
            String thresholds = transaction
                    .get(LuRow.class, row.id())
                    .map(LuRow::thresholds)
                    .orElse(row.thresholds());
            return transaction.update(row.alerting(thresholds));
        });
    }
}
