package org.serai.storage.core.lu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The LUs that this node has open, and how it comes to have them open. */
public final class OpenLus {
    private static final Logger LOG = LoggerFactory.getLogger(OpenLus.class);

    private final Catalog catalog;
    private final Attachments attachments;
    private final LuLocks locks;
    private final Fence fence;
    private final Access access;
    private final LuOpening opening;
    private final Settling settling;
    private final Endurance endurance;
    private final Map<UUID, LockedLu> open = new ConcurrentHashMap<>();
    private final OneChange changing = new OneChange();
    private final Lasting troubles = new Lasting(LOG);

    /** Opens LUs under their locks, after access was checked. */
    public OpenLus(
            Catalog catalog,
            Attachments attachments,
            LuLocks locks,
            Fence fence,
            Access access,
            LuOpening opening,
            Settling settling,
            Endurance endurance) {
        this.catalog = catalog;
        this.attachments = attachments;
        this.locks = locks;
        this.fence = fence;
        this.access = access;
        this.opening = opening;
        this.settling = settling;
        this.endurance = endurance;
    }

    /** As {@link org.serai.storage.Storage#open}. */
    public OpenLu open(UUID lu, long clientId, String operation) {
        LuRow row = checked(lu, clientId, operation);
        attachments.require(pool(row));
        return openUnder(row, locks.acquire(row, operation));
    }

    /** As {@link org.serai.storage.Storage#takeOver}. */
    public OpenLu takeOver(UUID lu, long clientId, String operation, DeathProof proof) {
        LuRow row = checked(lu, clientId, operation);
        Attachment attachment = attachments.require(pool(row));
        // In this order: the storage refuses the dead holder, the row says who is the new one, only then it is opened.
        SpaceLock.fence(attachment.store().fence(), proof);
        return openUnder(row, locks.takeOver(row, operation, proof));
    }

    private LuRow checked(UUID lu, long clientId, String operation) {
        LuRow row = catalog.lu(lu)
                .filter(found -> found.state() == RowState.ONLINE)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu, "it was deleted, or is not made yet", "look at lu:list"));
        access.check(row, clientId, operation);
        return row;
    }

    private LockedLu openUnder(LuRow seen, Grant grant) {
        return openUnder(seen, grant, endurance);
    }

    private LockedLu openUnder(LuRow seen, Grant grant, Endurance enduring) {
        Served first = opening.open(seen, grant);
        LockedLu locked = new LockedLu(fence, new Serving(first, fence, new Life(), enduring));
        open.put(seen.id(), locked);
        return locked;
    }

    private final class Life implements Serving.Life {
        @Override
        public Grant renewed(Grant grant) {
            return locks.renewed(grant);
        }

        @Override
        public Served reopened(Served left) {
            return opening.reopen(left);
        }

        @Override
        public void closed(Served left) {
            open.remove(left.row().id());
            locks.release(left.grant());
        }
    }

    /** Opens the store of an LU that is locked under that grant. */
    LuStore store(LuRow row, Attachment attachment, Grant grant) {
        return opening.store(row, attachment, grant);
    }

    /** Serves an LU from another pool, if it is still served at all. */
    boolean arrived(LockedLu lu, LuRow row, Attachment attachment, LuStore store) {
        Served now = lu.served();
        boolean taken = !now.isAbsent()
                && lu.replace(now, opening.served(row, attachment, store, opening.placement(row), now.grant()));
        if (!taken) {
            lu.changed(row); // its driver went just now: it goes on where it is
        }
        return taken;
    }

    /** Tells an LU that is open here on which PVs it is by now. */
    public void placed(UUID lu, Set<UUID> placement) {
        openHere(lu).ifPresent(open -> {
            Served now = open.served();
            open.replace(now, opening.served(now.row(), now.attachment(), now.store(), placement, now.grant()));
        });
    }

    /** The LUs open here whose tier has other PVs by now than those they are on. */
    public List<LuRow> displaced() {
        return open.values().stream()
                .map(LockedLu::served)
                .filter(now -> now.store() instanceof Moves && !now.placement().equals(opening.placement(now.row())))
                .map(Served::row)
                .toList();
    }

    /**
     * Holds an LU to change it: uses the store that this node has open, or locks and opens one until it is closed.
     * {@link StorageError#LU_LOCKED} if another node holds it, or this one changes it already.
     */
    public HeldLu hold(LuRow seen, String operation) {
        changing.begin(seen, operation);
        return begun(seen, operation);
    }

    /** As {@link #hold}, for a moment, to clear what a change left: changes that come meanwhile wait for it. */
    public void clear(LuRow seen, String operation) {
        changing.beginClearing(seen, operation);
        begun(seen, operation).close();
    }

    private HeldLu begun(LuRow seen, String operation) {
        boolean done = false;
        try {
            HeldLu held = openHere(seen.id()).map(this::borrowed).orElseGet(() -> opened(seen, operation));
            done = true;
            return held;
        } finally {
            if (!done) {
                changing.end(seen.id());
            }
        }
    }

    /**
     * Locks and opens an LU that is part of another one which this node holds. A holder that is over is taken over from:
     * it held this one with the other.
     */
    public LockedLu openWith(LuRow row, String operation) {
        Attachment attachment = attachments
                .find(row.pool())
                .orElseThrow(() -> StorageError.PV_AWAY.error(
                        "LU " + row.name() + " cannot be opened",
                        "its pool is not attached at this node",
                        "see to its PVs and driver"));
        Optional<Owner> over = locks.holder(row).filter(locks::isOver);
        if (over.isEmpty() || locks.isSelf(over.get().holder().orElseThrow())) {
            return openUnder(row, locks.acquire(row, operation), endurance.none());
        }
        DeathProof proof = locks.prove(over.get());
        SpaceLock.fence(attachment.store().fence(), proof);
        return openUnder(row, locks.takeOver(row, operation, proof), endurance.none());
    }

    /** Serves an LU that is open here from another store; whether it was served from the expected one. */
    public boolean exchange(UUID lu, LuStore expected, LuStore store) {
        return openHere(lu)
                .filter(open -> open.served().store() == expected
                        && open.replace(open.served(), open.served().with(store)))
                .isPresent();
    }

    /** The lock of an LU that this node has open. */
    public Optional<Grant> grant(UUID lu) {
        return Optional.ofNullable(open.get(lu)).map(LockedLu::grant);
    }

    /** What was written to an LU that is open here and not flushed is not to be written again: its content is replaced. */
    public void contentReplaced(LuRow row) {
        openHere(row.id()).ifPresent(LockedLu::contentReplaced);
    }

    /**
     * Raises the epoch of an LU that this node has open, so that its driver can open it once more.
     *
     * @param within runs the renewal, after the LU can neither be closed nor paused any more
     */
    public Optional<Grant> renew(UUID lu, UnaryOperator<Supplier<Grant>> within) {
        return openHere(lu).map(open -> open.renew(within));
    }

    /** Does something to an LU while it is held. */
    public <R> R using(LuRow seen, String operation, Function<HeldLu, R> work) {
        try (HeldLu held = hold(seen, operation)) {
            return work.apply(held);
        }
    }

    /** Fails as {@link #hold} would, as far as is seen now, and if the LU cannot do that. */
    public void requireHoldable(LuRow row, Class<?> capability) {
        changing.requireNone(row);
        if (openHere(row.id()).isEmpty()) {
            requireFree(row);
        }
        Capabilities.requireOfLus(attachments.require(pool(row)), capability);
    }

    /** Fails as {@link #open} would, as far as is seen now. */
    public void requireFree(LuRow row) {
        // What an earlier start of this node held is taken back.
        locks.holder(row).filter(owner -> !locks.isOwnEarlier(owner)).ifPresent(owner -> {
            throw StorageError.LU_LOCKED.error(
                    "LU " + row.name() + " is held",
                    "node " + locks.name(owner) + " holds it for " + owner.operation(),
                    "do this there, or wait for that to end"
                            + locks.ending(row, owner)
                                    .map(ending -> ": " + ending)
                                    .orElse(""));
        });
        attachments.require(pool(row));
    }

    /** Tells an LU that is open here of its changed row. */
    public void changed(LuRow row) {
        openHere(row.id()).ifPresent(lu -> {
            Served now = lu.served();
            // The tier's watch goes with the row; whoever replaced the store meanwhile has the row as well.
            lu.replace(now, opening.served(row, now.attachment(), now.store(), now.placement(), now.grant()));
        });
    }

    private HeldLu borrowed(LockedLu lu) {
        HeldLu held = lu.held(() -> changing.end(lu.row().id()));
        LuRow settled = settling.settle(held.row(), held.store(), held.grant());
        if (settled == held.row()) {
            return held;
        }
        lu.changed(settled);
        return lu.held(() -> changing.end(lu.row().id()));
    }

    private HeldLu opened(LuRow seen, String operation) {
        attachments.require(pool(seen));
        Grant grant = locks.acquire(seen, operation);
        Served opened = opening.open(seen, grant);
        return new HeldLu(
                opened.row(),
                opened.attachment(),
                opened.store(),
                grant,
                fence::isOpen,
                () -> end(opened.row(), opened.store(), grant));
    }

    private void end(LuRow row, LuStore store, Grant grant) {
        try {
            if (fence.isOpen()) {
                store.close();
            } else {
                store.abandon();
            }
        } finally {
            changing.end(row.id());
            locks.release(grant);
        }
    }

    /** Closes what this node still has open in a pool. */
    public void closeAll(UUID pool) {
        each(pool, LockedLu::close);
    }

    /** Lets go of the driver in what this node has open in a pool; the locks stay, for their holders do. */
    public void pauseAll(UUID pool) {
        each(pool, LockedLu::pause);
    }

    private void each(UUID pool, Consumer<LockedLu> ending) {
        for (LockedLu lu : openIn(pool)) {
            try {
                ending.accept(lu);
            } catch (RuntimeException e) {
                troubles.warn(lu, "LU " + lu.row().name() + " was not closed in order", e);
            }
        }
    }

    /** What this node has open in a pool. */
    public List<LockedLu> openIn(UUID pool) {
        return open.values().stream().filter(lu -> lu.row().pool().equals(pool)).toList();
    }

    /** Goes on with what was open in a pool before its driver went; whether nothing is left to be tried again. */
    public boolean goOn(Attachment attachment) {
        boolean all = true;
        for (LockedLu lu : openIn(attachment.pool().id())) {
            try {
                if (lu.served().isAbsent() || lu.served().attachment() != attachment) {
                    lu.goOn();
                }
                troubles.over(lu.row().id());
            } catch (RuntimeException e) {
                troubles.warn(lu.row().id(), "LU " + lu.row().name() + " does not go on", e);
                // another node's it stays; anything else may be better the next time
                all &= e instanceof SeraiException known && known.code() == ClusterError.STALE_EPOCH;
            }
        }
        return all;
    }

    /** An LU that this node has open, and whose driver is there. */
    public Optional<LockedLu> openHere(UUID lu) {
        return Optional.ofNullable(open.get(lu)).filter(LockedLu::isServed);
    }

    private PoolRow pool(LuRow row) {
        return catalog.pool(row.pool()).orElseThrow();
    }
}
