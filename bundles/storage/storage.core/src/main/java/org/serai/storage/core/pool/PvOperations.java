package org.serai.storage.core.pool;

import java.util.List;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.PvChange.Add;
import org.serai.storage.PvChange.Grow;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adding, growing, draining and removing PVs. The row says what is being done before the driver is asked, the driver's
 * methods can be repeated: so whoever finds a row in such a state, and nobody at it, does it to its end.
 */
public final class PvOperations {
    private static final Logger LOG = LoggerFactory.getLogger(PvOperations.class);
    private static final String ADD = "pv-add";
    private static final String REMOVE = "pv-remove";
    private static final String DRAIN = "pv-drain";
    private static final String LOSE = "pv-lose";

    private final Catalog catalog;
    private final Tiers tiers;
    private final Attachments attachments;
    private final Works works;
    private final Draining draining;
    private final Losing losing;
    private final PvRows rows;
    private final Lasting troubles = new Lasting(LOG);

    PvOperations(
            Catalog catalog,
            Tiers tiers,
            Attachments attachments,
            Works works,
            Draining draining,
            Losing losing,
            PvRows rows) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.attachments = attachments;
        this.works = works;
        this.draining = draining;
        this.losing = losing;
        this.rows = rows;
    }

    void add(Add change) {
        PoolRow pool = catalog.pool(change.pool());
        Attachment attachment = attachments.require(pool);
        PvChanges able = Capabilities.of(attachment, PvChanges.class);
        change.tiers().forEach(tiers::tier);
        works.run(ADD, object(pool), "adding PV " + change.pv().path(), Progress.NONE, _ -> {
            PvRow row = rows.insert(pool, change);
            if (change.wipe()) {
                able.eraseStalePv(row.path());
            }
            PvLayout layout = new PvLayout(
                    row.id(), row.position(), row.path(), change.pv().sizeBytes());
            try {
                able.addPv(layout);
            } catch (SeraiException e) {
                boolean refused = e.code() == StorageError.PV_UNUSABLE
                        || e.code() == StorageError.PV_IN_USE
                        || e.code() == StorageError.PV_STALE
                        || e.code() == StorageError.BAD_SIZE;
                undoAdd(attachment, row, refused);
                throw e;
            }
            return rows.added(row, usage(attachment, row).sizeBytes(), change.tiers());
        });
    }

    /**
     * The driver has nothing of a PV that it did not take; a row of one that it took is finished later. One that was
     * refused never had its position; after any other failure the position may be in the pool already.
     */
    private void undoAdd(Attachment attachment, PvRow row, boolean refused) {
        try {
            if (attachment.store().pvs().stream().noneMatch(pv -> pv.pv().equals(row.id()))) {
                rows.removed(row);
                if (refused) {
                    rows.giveBackPosition(row);
                }
            }
        } catch (SeraiException e) {
            LOG.warn("PV {} is cleared later: {}", row.path(), e.getMessage());
        }
    }

    private static PvUsage usage(Attachment attachment, PvRow row) {
        return attachment.store().pvs().stream()
                .filter(pv -> pv.pv().equals(row.id()))
                .findFirst()
                .orElseThrow(() -> StorageError.PV_AWAY.error(
                        "PV " + row.path() + " cannot be looked at",
                        "the pool's driver does not know it",
                        "try again"));
    }

    /** What is on a PV that is away cannot be read, so that it cannot be moved off. */
    static void requirePresent(Attachment attachment, PvRow row) {
        if (!usage(attachment, row).present()) {
            throw StorageError.PV_AWAY.error(
                    "PV " + row.path() + " cannot be drained",
                    "it cannot be reached, and what is on it is to be read",
                    "bring the disk back; if it is gone for good, pv:remove --lost gives it up");
        }
    }

    void grow(Grow change) {
        PoolRow pool = catalog.pool(change.pool());
        Attachment attachment = attachments.require(pool);
        PvRow row = catalog.pv(pool, change.pv());
        Capabilities.of(attachment, PvChanges.class)
                .growPv(row.id(), change.toBytes().orElse(0));
        rows.sized(row, usage(attachment, row).sizeBytes());
    }

    void use(String poolName, String pv) {
        PoolRow pool = catalog.pool(poolName);
        PvRow row = catalog.pv(pool, pv);
        Capabilities.of(attachments.require(pool), PvChanges.class).drainPv(row.id(), false);
        rows.state(row, Pv.State.ONLINE);
    }

    void drain(String poolName, String pv, Progress progress) {
        PoolRow pool = catalog.pool(poolName);
        PvRow row = catalog.pv(pool, pv);
        works.run(DRAIN, object(pool), "draining PV " + row.path(), progress, told -> {
            Attachment attachment = attachments.require(pool);
            requirePresent(attachment, row);
            draining.drain(attachment, row, told);
            return row;
        });
    }

    void remove(String poolName, String pv, Progress progress) {
        PoolRow pool = catalog.pool(poolName);
        PvRow row = catalog.pv(pool, pv);
        works.run(REMOVE, object(pool), "removing PV " + row.path(), progress, told -> {
            Attachment attachment = attachments.require(pool);
            if (row.state() != Pv.State.REMOVING) {
                rows.requireOthers(row);
                Capabilities.of(attachment, PvChanges.class).requireRemovable(row.id());
                requirePresent(attachment, row);
                draining.drain(attachment, row, told);
            }
            finishRemove(attachment, row);
            return row;
        });
    }

    private void finishRemove(Attachment attachment, PvRow row) {
        rows.state(row, Pv.State.REMOVING);
        try {
            Capabilities.of(attachment, PvChanges.class).removePv(row.id());
        } catch (SeraiException e) {
            if (e.code() == StorageError.PV_NOT_EMPTY) {
                rows.state(row, Pv.State.DRAINING); // refused as a whole: it still is in the pool
            }
            throw e;
        }
        rows.removed(row);
    }

    void lose(String poolName, String pv, boolean dropData) {
        PoolRow pool = catalog.pool(poolName);
        PvRow row = catalog.pv(pool, pv);
        works.run(LOSE, object(pool), "giving up PV " + row.path(), Progress.NONE, _ -> {
            Attachment attachment = attachments.require(pool);
            if (row.state() != Pv.State.LOST) {
                Capabilities.of(attachment, PvChanges.class).requireLost(row.id());
                losing.requireLeave(attachment, row, dropData);
            }
            finishLose(attachment, row);
            return row;
        });
    }

    private void finishLose(Attachment attachment, PvRow row) {
        Pv.State before = row.state() == Pv.State.LOST ? Pv.State.ONLINE : row.state();
        rows.state(row, Pv.State.LOST);
        try {
            Capabilities.of(attachment, PvChanges.class).removeLostPv(row.id());
        } catch (SeraiException e) {
            if (e.code() == StorageError.PV_NOT_EMPTY || e.code() == StorageError.PV_PRESENT) {
                rows.state(row, before); // refused as a whole: it still is in the pool
            }
            throw e;
        }
        rows.removed(row);
        losing.told(attachment, row);
    }

    private boolean settleLose(Attachment attachment, PvRow row) {
        try {
            finishLose(attachment, row);
            troubles.over(row.id());
            return true;
        } catch (SeraiException e) {
            troubles.warn(row.id(), "PV " + row.path() + " is given up later", e);
            return false;
        }
    }

    /** Finishes what was begun with PVs of a pool by somebody who is no more; whether nothing is left. */
    public boolean settle(Attachment attachment) {
        boolean all = true;
        for (PvRow row : catalog.pvs(attachment.pool().id())) {
            all &= switch (row.state()) {
                case ONLINE, DRAINING -> true;
                case ADDING -> isBusy(ADD, attachment) || finishAdd(attachment, row);
                case REMOVING -> isBusy(REMOVE, attachment) || settleRemove(attachment, row);
                case LOST -> isBusy(LOSE, attachment) || settleLose(attachment, row);
            };
        }
        return all;
    }

    private boolean isBusy(String kind, Attachment attachment) {
        return !works.running(kind, object(attachment.pool())).isEmpty();
    }

    private boolean finishAdd(Attachment attachment, PvRow row) {
        try {
            Capabilities.of(attachment, PvChanges.class)
                    .addPv(new PvLayout(row.id(), row.position(), row.path(), java.util.OptionalLong.empty()));
            rows.added(row, usage(attachment, row).sizeBytes(), List.<TierName>of());
            LOG.info("PV {} was left half added and is added", row.path());
            return true;
        } catch (SeraiException e) {
            LOG.warn("PV {} was left half added and is taken out again: {}", row.path(), e.getMessage());
            undoAdd(attachment, row, false);
            return true;
        }
    }

    private boolean settleRemove(Attachment attachment, PvRow row) {
        try {
            finishRemove(attachment, row);
            LOG.info("PV {} was left half removed and is removed", row.path());
            troubles.over(row.id());
            return true;
        } catch (SeraiException e) {
            troubles.warn(row.id(), "PV " + row.path() + " is removed later", e);
            return false;
        }
    }

    static String object(PoolRow pool) {
        return "pool:" + pool.id();
    }
}
