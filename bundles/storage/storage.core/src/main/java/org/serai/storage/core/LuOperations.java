package org.serai.storage.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Making, deleting and opening LUs. Whoever makes or deletes an LU owns it meanwhile, so that an LU in the state
 * {@code creating} or {@code deleting} which nobody alive owns was left behind and is cleared.
 */
final class LuOperations {
    private static final Logger LOG = LoggerFactory.getLogger(LuOperations.class);
    private static final long RETRY_MS = 5_000;
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    private final Database database;
    private final Catalog catalog;
    private final Attachments attachments;
    private final SpaceLock.Cluster cluster;
    private final Fence fence;
    private final Supplier<UUID> ids;
    private final ScheduledExecutorService scheduler;
    private final Map<UUID, LockedLu> open = new ConcurrentHashMap<>();

    LuOperations(
            Database database,
            Catalog catalog,
            Attachments attachments,
            SpaceLock.Cluster cluster,
            Fence fence,
            ScheduledExecutorService scheduler,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.attachments = attachments;
        this.cluster = cluster;
        this.fence = fence;
        this.scheduler = scheduler;
        this.ids = ids;
    }

    LuRow create(LuSpec spec) {
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
        Grant grant = ownership().acquire(row.object(), "being made");
        boolean done = false;
        try {
            insert(row, pool);
            attachment.store().createLu(row.id(), row.sizeBytes(), row.thick(), grant.epoch());
            LuRow online = database.write(transaction -> {
                ownership().require(transaction, grant);
                return transaction.update(row.in(RowState.ONLINE));
            });
            done = true;
            return online;
        } finally {
            if (!done) {
                undo(row, attachment, grant);
            }
            release(grant);
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

    void delete(String name) {
        LuRow row = catalog.lu(name);
        Attachment attachment = attachments.require(pool(row));
        Grant grant = acquire(row, "being deleted");
        try {
            markDeleting(row, grant);
            finishDelete(row, attachment, grant);
        } finally {
            release(grant);
        }
    }

    private void markDeleting(LuRow row, Grant grant) {
        try {
            database.write(transaction -> {
                ownership().require(transaction, grant);
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
            ownership().require(transaction, grant);
            transaction.delete(LuRow.class, row.id());
            return row;
        });
    }

    /** Clears the LUs of a pool whose making or deleting nobody does any more. */
    void reclaim(Attachment attachment) {
        for (LuRow row : catalog.lus()) {
            if (row.pool().equals(attachment.pool().id()) && row.state() != RowState.ONLINE) {
                reclaim(row, attachment);
            }
        }
    }

    private void reclaim(LuRow seen, Attachment attachment) {
        Optional<Owner> owner = ownership().owner(seen.object());
        boolean inUse = owner.flatMap(Owner::holder).isPresent() && !isOver(owner.get());
        if (inUse) {
            return;
        }
        try {
            // Asked after the lock was seen free: whoever made it has released it only with the row in its last state.
            if (abandoned(seen).isEmpty()) {
                return;
            }
            Grant grant = ownedByAnother(owner)
                    ? ownership().takeOver(seen.object(), "being cleared", prove(owner.get()))
                    : ownership().acquire(seen.object(), "being cleared");
            try {
                abandoned(seen).ifPresent(row -> finishDelete(row, attachment, grant));
            } finally {
                release(grant);
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

    private boolean isOver(Owner owner) {
        UUID holder = owner.holder().orElseThrow();
        if (holder.equals(cluster.membership().self().id())) {
            return !owner.incarnation()
                    .orElseThrow()
                    .equals(cluster.membership().self().incarnation());
        }
        return switch (cluster.liveness().seen(holder).state()) {
            case DEAD, STOPPED -> true;
            case ALIVE, SUSPECT, UNKNOWN -> false;
        };
    }

    private boolean ownedByAnother(Optional<Owner> owner) {
        return owner.flatMap(Owner::holder)
                .filter(holder -> !holder.equals(cluster.membership().self().id()))
                .isPresent();
    }

    private DeathProof prove(Owner owner) {
        return cluster.liveness()
                .prove(owner.holder().orElseThrow(), owner.incarnation().orElseThrow(), told -> LOG.info("{}", told));
    }

    OpenLu open(UUID lu, long clientId, String operation) {
        LuRow row = checked(lu, clientId, operation);
        Attachment attachment = attachments.require(pool(row));
        return openUnder(row, attachment, acquire(row, operation));
    }

    OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        LuRow row = checked(lu, clientId, operation);
        Attachment attachment = attachments.require(pool(row));
        // In this order: the storage refuses the dead holder, the row says who is the new one, only then it is opened.
        SpaceLock.fence(attachment.store().fence(), proof);
        return openUnder(row, attachment, ownership().takeOver(row.object(), operation, proof));
    }

    private LuRow checked(UUID lu, long clientId, String operation) {
        LuRow row = catalog.lu(lu)
                .filter(found -> found.state() == RowState.ONLINE)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu, "it was deleted, or is not made yet", "look at lu:list"));
        if (row.client() != clientId) {
            SECURITY.warn(
                    "client {} was refused LU {} ({}) of client {}, for: {}",
                    clientId,
                    row.name(),
                    row.id(),
                    row.client(),
                    operation);
            throw StorageError.WRONG_CLIENT.error(
                    "Client " + clientId + " may not use LU " + row.name(),
                    "it belongs to another client",
                    "use an LU of this client; this was logged as a security event");
        }
        return row;
    }

    private OpenLu openUnder(LuRow row, Attachment attachment, Grant grant) {
        boolean done = false;
        try {
            LuStore store = attachment.store().openLu(row.id(), grant.epoch());
            LockedLu locked = new LockedLu(row, attachment, store, grant, fence, this::closed);
            open.put(row.id(), locked);
            done = true;
            return locked;
        } finally {
            if (!done) {
                release(grant);
            }
        }
    }

    private void closed(LockedLu lu) {
        open.remove(lu.row().id(), lu);
        release(lu.grant());
    }

    private Grant acquire(LuRow row, String operation) {
        try {
            return ownership().acquire(row.object(), operation);
        } catch (SeraiException e) {
            if (e.code() == ClusterError.OWNED) {
                throw StorageError.LU_LOCKED.error("LU " + row.name() + " is held", e.reason(), e.action(), e);
            }
            throw e;
        }
    }

    /** Closes what this node still has open in a pool. */
    void closeAll(UUID pool) {
        each(pool, LockedLu::close);
    }

    /** Lets go of the driver in what this node has open in a pool; the locks stay, for their holders do. */
    void pauseAll(UUID pool) {
        each(pool, LockedLu::pause);
    }

    private void each(UUID pool, Consumer<LockedLu> ending) {
        for (LockedLu lu : openIn(pool)) {
            try {
                ending.accept(lu);
            } catch (RuntimeException e) {
                LOG.warn("LU {} was not closed in order", lu.row().name(), e);
            }
        }
    }

    private List<LockedLu> openIn(UUID pool) {
        return open.values().stream().filter(lu -> lu.row().pool().equals(pool)).toList();
    }

    /** Goes on with what was open in a pool before its driver went; whether nothing is left to be tried again. */
    boolean goOn(Attachment attachment) {
        boolean all = true;
        for (LockedLu lu : openIn(attachment.pool().id())) {
            try {
                lu.goOn(attachment, this::renewed);
            } catch (RuntimeException e) {
                LOG.warn("LU {} does not go on", lu.row().name(), e);
                // another node's it stays; anything else may be better the next time
                all &= e instanceof SeraiException known && known.code() == ClusterError.OWNED;
            }
        }
        return all;
    }

    private Grant renewed(Grant grant) {
        ownership().release(grant);
        return ownership().acquire(grant.object(), grant.operation());
    }

    /** An LU that this node has open, and whose driver is there. */
    Optional<LockedLu> openHere(UUID lu) {
        return Optional.ofNullable(open.get(lu)).filter(LockedLu::isServed);
    }

    /** Gives a lock back now, or as soon as the database can be reached again. */
    private void release(Grant grant) {
        try {
            ownership().release(grant);
        } catch (SeraiException e) {
            LOG.warn("The lock {} is given back later: {}", grant.object(), e.getMessage());
            if (!scheduler.isShutdown()) {
                scheduler.schedule(() -> release(grant), RETRY_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private PoolRow pool(LuRow row) {
        return catalog.pool(row.pool()).orElseThrow();
    }

    private Ownership ownership() {
        return cluster.ownership();
    }
}
