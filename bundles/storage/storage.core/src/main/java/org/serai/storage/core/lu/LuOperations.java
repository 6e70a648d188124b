package org.serai.storage.core.lu;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.pool.PoolOperations;
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
    private final Attachments attachments;
    private final LuLocks locks;
    private final Supplier<UUID> ids;

    public LuOperations(
            Database database, Catalog catalog, Attachments attachments, LuLocks locks, Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.attachments = attachments;
        this.locks = locks;
        this.ids = ids;
    }

    public LuRow create(LuSpec spec) {
        Names.check("an LU", spec.name());
        if (spec.sizeBytes() <= 0 || spec.sizeBytes() % OpenLu.BLOCK_BYTES != 0) {
            throw StorageError.BAD_SIZE.error(
                    "An LU of " + spec.sizeBytes() + " bytes cannot be had",
                    "a size is a positive multiple of " + OpenLu.BLOCK_BYTES,
                    "choose another size");
        }
        PoolRow pool = catalog.pool(spec.pool());
        Attachment attachment = attachments.require(pool);
        LuRow row = new LuRow(
                ids.get(),
                spec.name(),
                pool.id(),
                spec.clientId(),
                spec.kind(),
                spec.sizeBytes(),
                spec.thick(),
                RowState.CREATING);
        Grant grant = locks.acquire(row, "being made");
        boolean done = false;
        try {
            insert(row, pool);
            attachment.store().createLu(row.id(), row.sizeBytes(), row.thick(), grant.epoch());
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

    private void insert(LuRow row, PoolRow pool) {
        try {
            database.write(transaction -> {
                if (!transaction.list(LuRow.class, "name", row.name()).isEmpty()) {
                    throw StorageError.LU_EXISTS.error(
                            "There is an LU " + row.name() + " already", "names are unique", "choose another name");
                }
                boolean online = transaction
                        .get(PoolRow.class, pool.id())
                        .filter(found -> found.state() == RowState.ONLINE)
                        .isPresent();
                if (!online) {
                    throw StorageError.NO_SUCH_POOL.error(
                            "Pool " + pool.name() + " takes no LU", "it is being deleted", "use another pool");
                }
                return transaction.insert(row);
            });
        } catch (SeraiException e) {
            if (PoolOperations.isReference(e)) {
                throw ClusterError.NO_SUCH_CLIENT.error(
                        "LU " + row.name() + " cannot be made",
                        "there is no client " + row.client(),
                        "make the client first",
                        e);
            }
            throw e;
        }
    }

    private void undo(LuRow row, Attachment attachment, Grant grant) {
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

    public void delete(String name) {
        LuRow row = catalog.lu(name);
        Attachment attachment = attachments.require(pool(row));
        Grant grant = locks.acquire(row, "being deleted");
        try {
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
                // Fails here, before anything is lost, if another row still needs this one.
                transaction.delete(LuRow.class, row.id());
                return transaction.insert(row.in(RowState.DELETING));
            });
        } catch (SeraiException e) {
            if (PoolOperations.isReference(e)) {
                throw StorageError.LU_LOCKED.error(
                        "LU " + row.name() + " cannot be deleted",
                        "it is exported, mapped to a partition, or holds a hibernated one",
                        "end that first",
                        e);
            }
            throw e;
        }
    }

    private void finishDelete(LuRow row, Attachment attachment, Grant grant) {
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
