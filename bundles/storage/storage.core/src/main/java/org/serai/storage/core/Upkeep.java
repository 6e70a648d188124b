package org.serai.storage.core;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.database.Change;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.alert.Alerting;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.change.LeftSnapshots;
import org.serai.storage.core.change.Replacing;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.pool.PoolOperations;
import org.serai.storage.core.pool.PvService;
import org.serai.storage.core.redundancy.Copying;
import org.serai.storage.core.redundancy.Mirrors;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.StorageDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node attached to every pool that the database says is online, and clears what dead nodes left behind. */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long RETRY_MS = 5_000;

    private final Catalog catalog;
    private final Attachments attachments;
    private final PoolOperations pools;
    private final LuOperations lus;
    private final OpenLus open;
    private final Further further;
    private final ScheduledExecutorService scheduler;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Lasting troubles = new Lasting(LOG);
    private boolean recovered;

    /** What else is looked after. */
    record Further(
            PvService pvs,
            LeftSnapshots snapshots,
            Works works,
            Alerting alerts,
            Replacing replacing,
            Mirrors mirrors,
            Copying copying) {}

    Upkeep(
            Catalog catalog,
            Attachments attachments,
            PoolOperations pools,
            LuOperations lus,
            OpenLus open,
            Further further,
            ScheduledExecutorService scheduler) {
        this.catalog = catalog;
        this.attachments = attachments;
        this.pools = pools;
        this.lus = lus;
        this.open = open;
        this.further = further;
        this.scheduler = scheduler;
    }

    /** Asks for a round soon. */
    void ask() {
        if (asked.compareAndSet(false, true) && !scheduler.isShutdown()) {
            scheduler.execute(this::round);
        }
    }

    /** Whether a change is a reason for a round. */
    static boolean concerns(Change change) {
        return switch (change.table()) {
            case "pool", "pv", "disk_group", "tier", "lu", "lu_snapshot", "redundancy", "node" -> true;
            default -> false;
        };
    }

    private void round() {
        asked.set(false);
        boolean again = false;
        try {
            if (!recovered) {
                further.replacing().resume(further.works().takeLeft());
                recovered = pools.recover();
            }
            for (PoolRow pool : catalog.pools()) {
                again |= !attach(pool);
            }
            detachGone();
            for (Attachment attachment : attachments.all()) {
                again |= !tend(attachment);
            }
            again |= !further.snapshots().drop();
            again |= !further.replacing().look();
            again |= !further.copying().clearLeft();
            again |= !further.mirrors().tend();
            further.alerts().forgetGone();
            further.alerts().askAll();
            // Whoever works on these may die without any change of the database.
            again |= catalog.lus().stream().anyMatch(row -> row.state() != RowState.ONLINE);
            troubles.over(this);
        } catch (SeraiException e) {
            troubles.warn(this, "Pools are looked at again each " + RETRY_MS + " ms", e);
            again = true;
        }
        if (again && !scheduler.isShutdown()) {
            scheduler.schedule(this::ask, RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether nothing is left to be tried again. */
    private boolean attach(PoolRow pool) {
        boolean wanted = pool.state() == RowState.ONLINE
                && attachments.find(pool.id()).isEmpty()
                && attachments.hasDriver(pool.driver());
        if (!wanted) {
            troubles.over(pool.id());
            return true;
        }
        try {
            openWithWhatIsThere(pool);
            LOG.info("Pool {} is attached", pool.name());
            return true;
        } catch (SeraiException e) {
            troubles.warn(
                    pool.id(), "Pool " + pool.name() + " cannot be attached yet, which is tried again and again", e);
            return false;
        }
    }

    /** A PV that was being added may not be in the pool yet, one that was being removed not any more. */
    private void openWithWhatIsThere(PoolRow pool) {
        try {
            attachments.open(pool, catalog.layout(pool));
        } catch (SeraiException e) {
            PoolLayout sure = catalog.sureLayout(pool);
            if (sure.pvs().size() == catalog.layout(pool).pvs().size()) {
                throw e;
            }
            attachments.open(pool, sure);
        }
    }

    /** Whether nothing is left to be tried again. A driver with a defect must not keep other pools from their turn. */
    private boolean tend(Attachment attachment) {
        try {
            boolean all = open.goOn(attachment);
            lus.reclaim(attachment);
            all &= further.pvs().settle(attachment);
            troubles.over(attachment.pool().name());
            return all;
        } catch (RuntimeException e) {
            troubles.warn(attachment.pool().name(), "Pool " + attachment.pool().name() + " cannot be tended now", e);
            return false;
        }
    }

    private void detachGone() {
        for (Attachment attachment : attachments.all()) {
            UUID id = attachment.pool().id();
            Optional<PoolRow> row = catalog.pool(id);
            // A pool that this node makes just now is online in its attachment before it is in the database; one that
            // it deletes is detached by the delete.
            boolean gone = row.isEmpty() || row.get().state() == RowState.DELETING;
            if (gone && !pools.isMine(id)) {
                open.closeAll(id);
                detachQuietly(attachment);
                LOG.info("Pool {} is detached", attachment.pool().name());
            }
        }
    }

    /** Detaches the pools of a driver that goes away. What is open there goes on with the next one of that name. */
    void detach(StorageDriver driver) {
        for (Attachment attachment : attachments.all()) {
            if (attachment.driver() == driver) {
                open.pauseAll(attachment.pool().id());
                detachQuietly(attachment);
            }
        }
    }

    /** Detaches all pools, at the end. */
    void detachAll() {
        for (Attachment attachment : attachments.all()) {
            open.closeAll(attachment.pool().id());
            detachQuietly(attachment);
        }
        attachments.awaitEndOfWays();
    }

    private void detachQuietly(Attachment attachment) {
        attachments.detachQuietly(
                attachment.pool().id(),
                e -> troubles.warn(attachment, "Pool " + attachment.pool().name() + " was not detached in order", e));
    }
}
