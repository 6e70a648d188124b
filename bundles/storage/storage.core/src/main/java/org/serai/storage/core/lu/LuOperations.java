package org.serai.storage.core.lu;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.SnapshotRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.pool.PoolOperations;
import org.serai.storage.spi.LuLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Making and deleting LUs. Whoever makes or deletes an LU owns it meanwhile, so that an LU in the state
 * {@code creating} or {@code deleting} which nobody alive owns was left behind and is cleared.
 */
public final class LuOperations {
    private static final Logger LOG = LoggerFactory.getLogger(LuOperations.class);

    private final Database database;
    private final Catalog catalog;
    private final Tiers tiers;
    private final Attachments attachments;
    private final LuLocks locks;
    private final Access access;
    private final Supplier<UUID> ids;

    /** Over rows, pools and locks. */
    public LuOperations(
            Database database,
            Catalog catalog,
            Tiers tiers,
            Attachments attachments,
            LuLocks locks,
            Access access,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.tiers = tiers;
        this.attachments = attachments;
        this.locks = locks;
        this.access = access;
        this.ids = ids;
    }

    /** Makes an LU. */
    public LuRow create(LuSpec spec) {
        return create(spec, ids.get());
    }

    /** Makes an LU of that id, which no LU ever had. */
    public LuRow create(LuSpec spec, UUID id) {
        Names.check("an LU", spec.name());
        checkSize(spec.sizeBytes());
        PoolRow pool = catalog.pool(spec.pool());
        TierRow tier = tiers.tier(spec.tier());
        access.checkGroup(tier, spec.clientId(), "tier " + spec.tier(), "making LU " + spec.name());
        Attachment attachment = attachments.require(pool);
        LuRow row = LuRow.made(
                id, spec.name(), tier, pool.id(), spec.clientId(), spec.kind(), spec.sizeBytes(), spec.thick());
        LuLayout layout = new LuLayout(row.id(), row.sizeBytes(), row.thick(), tiers.placement(tier));
        return make(row, attachment, epoch -> carve(row, spec.tier(), attachment, layout, epoch));
    }

    private static void carve(LuRow row, TierName tier, Attachment attachment, LuLayout layout, long epoch) {
        try {
            attachment.store().createLu(layout, epoch);
        } catch (SeraiException e) {
            if (layout.thick() && e.code() == StorageError.POOL_FULL) {
                throw StorageError.POOL_FULL.error(
                        "LU " + row.name() + " cannot have all its " + Planning.size(row.sizeBytes()) + " at once",
                        "tier " + tier + " has not so much space left",
                        "make it thin or smaller, or add PVs; tier:list shows what each tier has",
                        e);
            }
            throw e;
        }
    }

    /** Fails unless it is a size that an LU can have. */
    public static void checkSize(long sizeBytes) {
        if (sizeBytes <= 0 || sizeBytes % OpenLu.BLOCK_BYTES != 0) {
            throw StorageError.BAD_SIZE.error(
                    "An LU of " + sizeBytes + " bytes cannot be had",
                    "a size is a positive multiple of " + OpenLu.BLOCK_BYTES,
                    "choose another size");
        }
    }

    private LuRow make(LuRow row, Attachment attachment, LongConsumer making) {
        Grant grant = locks.acquire(row, "being made");
        boolean done = false;
        try {
            insert(List.of(row));
            making.accept(grant.epoch());
            LuRow online = database.write(transaction -> {
                locks.require(transaction, grant);
                return transaction.update(row.in(RowState.ONLINE));
            });
            done = true;
            return online;
        } finally {
            if (!done) {
                undo(row, attachment, grant);
            }
            locks.release(grant);
        }
    }

    /** Makes the rows of new LUs, all or none. */
    public void insert(List<LuRow> rows) {
        try {
            database.write(transaction -> {
                rows.forEach(row -> insert(transaction, row));
                return rows;
            });
        } catch (SeraiException e) {
            if (PoolOperations.isReference(e)) {
                throw ClusterError.NO_SUCH_CLIENT.error(
                        "LU " + rows.getFirst().name() + " cannot be made",
                        "there is no client " + rows.getFirst().client(),
                        "make the client first",
                        e);
            }
            throw e;
        }
    }

    /** Makes the row of a new LU of a pool that takes one; {@link StorageError#LU_EXISTS} if its name is taken. */
    public void insert(Transaction transaction, LuRow row) {
        if (!transaction.list(LuRow.class, "name", row.name()).isEmpty()) {
            throw StorageError.LU_EXISTS.error(
                    "There is an LU " + row.name() + " already", "names are unique", "choose another name");
        }
        boolean online = transaction
                .get(PoolRow.class, row.pool())
                .filter(found -> found.state() == RowState.ONLINE)
                .isPresent();
        if (!online) {
            throw StorageError.NO_SUCH_POOL.error(
                    "The pool takes no LU " + row.name(), "it is being deleted", "use another pool");
        }
        if (transaction.get(TierRow.class, row.tier()).isEmpty()) {
            throw StorageError.NO_SUCH_GROUP.error(
                    "LU " + row.name() + " cannot be made", "its tier was just deleted", "use another tier");
        }
        row.origin().ifPresent(origin -> requireOnline(transaction, row, origin));
        transaction.insert(row);
    }

    private static void requireOnline(Transaction transaction, LuRow row, UUID snapshot) {
        if (transaction
                .get(SnapshotRow.class, snapshot)
                .filter(found -> found.state() == RowState.ONLINE)
                .isEmpty()) {
            throw StorageError.NO_SUCH_SNAPSHOT.error(
                    "LU " + row.name() + " cannot be made", "its snapshot was just dropped", "use another snapshot");
        }
    }

    /** Undoes what was made of an LU that is not online, as far as that can be done now. */
    public void undo(LuRow row, Attachment attachment, Grant grant) {
        try {
            attachment.store().deleteLu(row.id(), grant.epoch());
            database.write(transaction -> {
                transaction.get(LuRow.class, row.id()).ifPresent(found -> transaction.delete(LuRow.class, row.id()));
                return row;
            });
        } catch (SeraiException e) {
            // The first error is the one to be told; the row stays in its state and is cleared later.
            LOG.warn("LU {} is left to be cleared: {}", row.name(), e.getMessage());
        }
    }

    /** Deletes an LU with its snapshots. */
    public void delete(String name) {
        LuRow seen = catalog.lu(name);
        new Strays(database)
                .requireNoneShows(seen, attachments.require(pool(seen)), "LU " + seen.name() + " cannot be deleted");
        delete(seen, locks.acquire(seen, "being deleted"));
    }

    /** As {@link #delete(String)}; a node that is dead may hold it. */
    public void deleteLeft(LuRow seen) {
        attachments.require(pool(seen));
        delete(seen, locks.acquireLeft(seen, locks.holder(seen).filter(locks::isOver), "being cleared"));
    }

    private void delete(LuRow seen, Grant grant) {
        try {
            LuRow row = database.read(transaction -> transaction.get(LuRow.class, seen.id()))
                    .orElse(seen);
            Attachment attachment = attachments.require(pool(row));
            markDeleting(row, grant);
            finishDelete(row, attachment, grant);
        } finally {
            locks.release(grant);
        }
    }

    private void markDeleting(LuRow row, Grant grant) {
        try {
            database.write(transaction -> {
                locks.require(transaction, grant);
                dropSnapshots(transaction, row);
                // Fails here, before anything is lost, if another row still needs this one.
                transaction.delete(LuRow.class, row.id());
                return transaction.insert(row.in(RowState.DELETING));
            });
        } catch (SeraiException e) {
            if (PoolOperations.isReference(e)) {
                throw stillNeeded(row, e);
            }
            throw e;
        }
    }

    /** Of what other bundles keep, only that there is a row which refers to the LU is known here. */
    private SeraiException stillNeeded(LuRow row, SeraiException e) {
        List<String> parts = database.read(transaction -> transaction.list(PartRow.class, "lu", row.id())).stream()
                .map(PartRow::name)
                .sorted()
                .toList();
        boolean redundant = database.read(transaction -> transaction.list(RedundancyRow.class, "lu", row.id()).stream()
                        .findFirst())
                .isPresent();
        String what = "LU " + row.name() + " cannot be deleted";
        if (!parts.isEmpty()) {
            return StorageError.LU_LOCKED.error(
                    what, "it has sub-partitions: " + String.join(", ", parts), "part:delete deletes them first", e);
        }
        if (redundant) {
            return StorageError.LU_LOCKED.error(
                    what, "it has a live copy", "lu:unmirror " + row.name() + " gives that up first", e);
        }
        return StorageError.LU_LOCKED.error(
                what,
                "it is exported, mapped to a partition, the live copy of another LU, or holds a hibernated partition",
                "end that first: target:list shows exports, which lu:unexport ends; lu:info shows whose copy it is;"
                        + " lpar:info shows the disks and the image of a partition",
                e);
    }

    private static void dropSnapshots(Transaction transaction, LuRow row) {
        for (SnapshotRow snapshot : transaction.list(SnapshotRow.class, "lu", row.id())) {
            transaction.list(LuRow.class, "origin", snapshot.id()).stream()
                    .findFirst()
                    .ifPresent(clone -> {
                        throw StorageError.SNAPSHOT_IN_USE.error(
                                "LU " + row.name() + " cannot be deleted",
                                "LU " + clone.name() + " is a clone of its snapshot " + snapshot.name(),
                                "delete or flatten that clone first");
                    });
            transaction.delete(SnapshotRow.class, snapshot.id());
        }
    }

    private void finishDelete(LuRow row, Attachment attachment, Grant grant) {
        row.otherPool()
                .flatMap(catalog::pool)
                .ifPresent(other -> attachments.require(other).store().deleteLu(row.id(), grant.epoch()));
        attachment.store().deleteLu(row.id(), grant.epoch());
        database.write(transaction -> {
            locks.require(transaction, grant);
            transaction.delete(LuRow.class, row.id());
            return row;
        });
    }

    /** Clears the LUs of a pool whose making or deleting nobody does any more. */
    public void reclaim(Attachment attachment) {
        for (LuRow row : catalog.lus()) {
            if (row.pool().equals(attachment.pool().id()) && row.state() != RowState.ONLINE) {
                reclaim(row, attachment);
            }
        }
    }

    private void reclaim(LuRow seen, Attachment attachment) {
        Optional<Owner> holder = locks.holder(seen);
        if (holder.isPresent() && !locks.isOver(holder.get())) {
            return;
        }
        try {
            // Asked after the lock was seen free: whoever made it has released it only with the row in its last state.
            if (abandoned(seen).isEmpty()) {
                return;
            }
            Grant grant = locks.acquireLeft(seen, holder, "being cleared");
            try {
                abandoned(seen).ifPresent(row -> finishDelete(row, attachment, grant));
            } finally {
                locks.release(grant);
            }
        } catch (SeraiException e) {
            // Another node is at it, or this one may not serve now: it is tried again at the next change.
            LOG.info("LU {} ({}) is left for later: {}", seen.name(), seen.state(), e.getMessage());
        }
    }

    private Optional<LuRow> abandoned(LuRow seen) {
        return database.read(transaction -> transaction.get(LuRow.class, seen.id()))
                .filter(row -> row.state() != RowState.ONLINE);
    }

    private PoolRow pool(LuRow row) {
        return catalog.pool(row.pool()).orElseThrow();
    }
}
