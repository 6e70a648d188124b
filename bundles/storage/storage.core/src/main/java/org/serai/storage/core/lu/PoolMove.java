package org.serai.storage.core.lu;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Pause;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moving an LU to another pool while it is in use: its content is copied beside its use, what is changed is copied again,
 * and the last of it while changes wait; then one transaction makes the copy the LU. The row names the other pool from
 * before anything is made there until what is left behind is deleted, so that whoever locks the LU after a crash knows
 * where to clear.
 */
public final class PoolMove {
    private static final Logger LOG = LoggerFactory.getLogger(PoolMove.class);
    private static final int ASKED_AGAIN = 20;
    private static final int ASKED_AGAIN_MS = 250;

    private final Database database;
    private final Catalog catalog;
    private final Tiers tiers;
    private final SnapshotCatalog snapshots;
    private final Attachments attachments;
    private final OpenLus open;
    private final Settling settling;
    private final Pause pause;

    /** Over rows, pools and open LUs. */
    public PoolMove(
            Database database,
            Catalog catalog,
            Tiers tiers,
            SnapshotCatalog snapshots,
            Attachments attachments,
            OpenLus open,
            Settling settling,
            Pause pause) {
        this.database = database;
        this.catalog = catalog;
        this.tiers = tiers;
        this.snapshots = snapshots;
        this.attachments = attachments;
        this.open = open;
        this.settling = settling;
        this.pause = pause;
    }

    /** Fails if an LU cannot move to a tier of another pool, as far as is seen now; the pool otherwise. */
    public PoolRow check(LuRow row, TierRow tier) {
        if (!snapshots.current(row.id()).isEmpty()) {
            throw StorageError.SNAPSHOT_IN_USE.error(
                    "LU " + row.name() + " cannot move to another pool",
                    "it has snapshots, and these do not move",
                    "drop them first");
        }
        new Strays(database)
                .requireNoneShows(
                        row,
                        attachments.require(catalog.pool(row.pool()).orElseThrow()),
                        "LU " + row.name() + " cannot move to another pool");
        PoolRow pool = pool(tier);
        Attachment there = attachments.require(pool);
        long free = there.store().usage().sizeBytes() - there.store().usage().usedBytes();
        long needed = row.thick()
                ? row.sizeBytes()
                : attachments
                        .require(catalog.pool(row.pool()).orElseThrow())
                        .store()
                        .usedBytes(row.id());
        if (needed > free) {
            throw StorageError.POOL_FULL.error(
                    "LU " + row.name() + " cannot move to pool " + pool.name(),
                    "it has " + Planning.size(needed) + ", and " + Planning.size(free) + " are free",
                    "extend that pool, or use another one");
        }
        return pool;
    }

    private PoolRow pool(TierRow tier) {
        return catalog.pool(tiers.group(tier).pool()).orElseThrow();
    }

    /** Moves an LU that is held. */
    public LuRow move(HeldLu held, TierRow tier, Progress progress) {
        PoolRow pool = check(held.row(), tier);
        Attachment there = attachments.require(pool);
        LuRow row = held.row();
        LuRow leaving = update(held, row.in(row.pool(), row.tier(), Optional.of(pool.id())));
        LuRow arrived = leaving.in(pool.id(), tier.id(), Optional.of(row.pool()))
                .from(Optional.empty())
                .placed(tier.id(), true);
        boolean moved = false;
        try {
            there.store()
                    .createLu(
                            new LuLayout(row.id(), row.sizeBytes(), row.thick(), tiers.placement(tier)),
                            held.grant().epoch());
            copy(held, arrived, there, held.watched(progress));
            moved = true;
        } finally {
            if (!moved) {
                undo(held, there, leaving);
            }
        }
        return clear(held, arrived);
    }

    private LuRow update(HeldLu held, LuRow row) {
        LuRow now = settling.update(row, held.grant());
        open.changed(now);
        return now;
    }

    private void copy(HeldLu held, LuRow arrived, Attachment there, Progress progress) {
        LuStore target = open.store(arrived, there, held.grant());
        MovingStore moving = new MovingStore(held.store());
        Optional<LockedLu> user = open.openHere(arrived.id());
        boolean used = false;
        try {
            user.ifPresent(lu -> swap(lu, held.store(), moving));
            RegionCopy copy = new RegionCopy(moving, target);
            copy.copy(progress);
            boolean[] taken = new boolean[1];
            boolean switched = moving.switching(() -> {
                copy.rest();
                taken[0] = commit(held, arrived, user, target, there);
                return true;
            });
            if (!switched) {
                throw StorageError.CANCELLED.error(
                        "The move was cancelled", "LU " + arrived.name() + " was closed", "move it again");
            }
            used = taken[0];
            held.store().close();
        } finally {
            user.ifPresent(lu -> putBack(lu, moving, held.store()));
            if (!used) {
                target.close();
            }
        }
    }

    private static void swap(LockedLu lu, LuStore from, LuStore to) {
        Served now = lu.served();
        if (now.store() != from || !lu.replace(now, now.with(to))) {
            throw StorageError.LU_CLOSED.error(
                    "LU " + lu.row().name() + " was closed meanwhile", "its driver went, or its user", "try again");
        }
    }

    private static void putBack(LockedLu lu, LuStore moving, LuStore source) {
        Served now = lu.served();
        if (now.store() == moving) {
            lu.replace(now, now.with(source));
        }
    }

    /** Makes the copy the LU; whether the one who uses the LU got it. Changes wait meanwhile. */
    private boolean commit(HeldLu held, LuRow arrived, Optional<LockedLu> user, LuStore target, Attachment there) {
        try {
            settling.update(arrived, held.grant());
        } catch (SeraiException e) {
            if (!isCommitted(arrived, user, e)) {
                throw e;
            }
        }
        return user.filter(lu -> open.arrived(lu, arrived, there, target)).isPresent();
    }

    private boolean isCommitted(LuRow arrived, Optional<LockedLu> user, SeraiException why) {
        for (int asked = 0; asked < ASKED_AGAIN; asked++) {
            try {
                return database.read(transaction -> transaction.get(LuRow.class, arrived.id()))
                        .filter(row -> row.pool().equals(arrived.pool()))
                        .isPresent();
            } catch (SeraiException e) {
                LOG.debug("Where LU {} is cannot be read yet: {}", arrived.name(), e.getMessage());
                pause.millis(ASKED_AGAIN_MS);
            }
        }
        // Neither side may be written until the database says which one is the LU; the upkeep goes on with it then.
        user.ifPresent(lu -> lu.replace(lu.served(), lu.served().with(new AbsentLu(arrived.name(), "unknown"))));
        throw why;
    }

    private void undo(HeldLu held, Attachment there, LuRow leaving) {
        try {
            LuRow now = catalog.current(leaving);
            if (now.pool().equals(leaving.pool())) {
                there.store().deleteLu(now.id(), held.grant().epoch());
                update(held, now.in(now.pool(), now.tier(), Optional.empty()));
            }
        } catch (SeraiException e) {
            // The first error is the one to be told; who holds the LU next clears it.
            LOG.warn("What LU {} has in pool {} is cleared later: {}", leaving.name(), there.pool(), e.getMessage());
        }
    }

    private LuRow clear(HeldLu held, LuRow arrived) {
        UUID left = arrived.otherPool().orElseThrow();
        try {
            attachments
                    .require(catalog.pool(left).orElseThrow())
                    .store()
                    .deleteLu(arrived.id(), held.grant().epoch());
            return update(held, arrived.in(arrived.pool(), arrived.tier(), Optional.empty()));
        } catch (SeraiException e) {
            LOG.warn("What LU {} left behind is cleared later: {}", arrived.name(), e.getMessage());
            return arrived;
        }
    }
}
