package org.serai.storage.extent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.check.Losses;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvAwayException;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.extent.space.LedgerPages;
import org.serai.storage.extent.space.Space;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvChanges;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes which PVs a pool has, and how they are used. One page decides: a PV is the pool's from the moment on that the
 * first PV's superblock names its position. Each change is announced in a change page before its superblock is written,
 * so that no node gives or looks for units without knowing it.
 *
 * <p>The first PV is never removed: it holds the lease area, by which nodes prove that they live. Moving that would need
 * a moment at which every node, one that cannot be asked included, stops believing the old place; a node that renews
 * there would be taken for dead while it still writes.
 */
final class PvMembers implements PvChanges {
    private static final Logger LOG = LoggerFactory.getLogger(PvMembers.class);

    private final PvSet pvs;
    private final Space space;
    private final PoolContext context;
    private final BlockFiles files;
    private final Function<PvLayout, Pv> making;

    PvMembers(PvSet pvs, Space space, PoolContext context, BlockFiles files, Function<PvLayout, Pv> making) {
        this.pvs = pvs;
        this.space = space;
        this.context = context;
        this.files = files;
        this.making = making;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Died in the middle, the PV carries a mark, and is taken by a repeated call, let go by {@link #removePv} or
     * erased with the pool.
     */
    @Override
    public void addPv(PvLayout pv) {
        if (pv.position() <= 0 || pv.position() >= Superblock.POSITIONS) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + pv.path() + " cannot be used",
                    "its position " + pv.position() + " is not from 1 to " + (Superblock.POSITIONS - 1),
                    "make a new pool: this one had as many PVs as it can have");
        }
        space.exclusively("Adding PV " + pv.path(), () -> {
            settle(pvs.first());
            Superblock first = pvs.first().superblock();
            if (pvs.find(pv.pv()).isEmpty()) {
                if (first.members().get(pv.position())) {
                    // No error of the PV's: whoever gives positions must not give this one once more.
                    throw StorageError.PV_WRONG.error(
                            "PV " + pv.path() + " cannot be taken into the pool",
                            "another PV has its position " + pv.position() + " there",
                            "try again: the next one is given another position");
                }
                take(pv, first);
            }
            return pv;
        });
    }

    private void take(PvLayout pv, Superblock first) throws IOException {
        BitSet members = first.members();
        members.set(pv.position());
        PvTaking taking = new PvTaking(files, pv);
        boolean done = false;
        try {
            taking.open(
                    new PvTaking.Into(
                            first.pool(),
                            first.poolName(),
                            first.geometry().extentBytes(),
                            first.geometry().hasSums(),
                            members),
                    false);
            taking.format();
            taking.ready();
            done = true;
        } finally {
            if (!done) {
                taking.undo();
            }
        }
        Pv joined = making.apply(pv);
        joined.adopt(taking.file(), taking.superblock());
        boolean member = false;
        try {
            space.rewrite(pvs.first(), old -> old.next(old.state(), members, old.geometry()));
            pvs.add(joined);
            member = true;
        } finally {
            if (!member) {
                // Whether the change is durable nobody knows: the mark stays, and a repeated call finds it.
                PvSet.closeAll(List.of(joined.file()));
            }
        }
        space.refreshNow();
    }

    @Override
    public void growPv(UUID id, long toBytes) {
        space.exclusively("Growing a PV", () -> {
            space.refresh();
            Pv pv = present(id);
            settle(pv);
            Geometry old = pv.geometry();
            boolean byHand = toBytes > 0 && !pv.file().isDevice();
            if (byHand) {
                old.grownTo(toBytes);
                if (pv.file().sizeBytes() < toBytes) {
                    files.grow(pv.file().path(), toBytes);
                }
            }
            long now = byHand ? toBytes : Math.min(pv.file().sizeBytes(), old.mostBytes());
            Geometry grown = old.grownTo(now);
            if (!grown.equals(old)) {
                Superblock next = pv.superblock()
                        .next(pv.superblock().state(), pv.superblock().members(), grown);
                LedgerPages.format(pv.file(), next, old.ledgerPages());
                space.rewrite(pv, _ -> next);
                space.refreshNow();
            }
            return pv;
        });
    }

    @Override
    public void drainPv(UUID id, boolean drain) {
        Superblock.State wanted = drain ? Superblock.State.DRAINING : Superblock.State.READY;
        space.exclusively("Draining a PV", () -> {
            space.refresh();
            Pv pv = present(id);
            settle(pv);
            if (pv.superblock().state() != wanted) {
                space.rewrite(pv, old -> old.next(wanted, old.members(), old.geometry()));
                space.refreshNow();
            }
            return pv;
        });
    }

    /** Ends the change of a superblock that was cut off when only one copy was written. */
    private void settle(Pv pv) throws IOException {
        space.refresh();
        if (space.isCurrent(pv) && pv.superblock().intactCopies(pv.file()) < 2) {
            space.rewrite(pv, old -> old.next(old.state(), old.members(), old.geometry()));
        }
    }

    private Pv present(UUID id) throws IOException {
        Pv pv = pvs.require(id);
        if (!space.isCurrent(pv)) {
            throw new PvAwayException(pv.file().path(), pv.file().why());
        }
        return pv;
    }

    @Override
    public List<UUID> lusOn(UUID id) {
        return space.quietly("Reading the ledger", () -> {
            space.refresh();
            Pv pv = pvs.require(id);
            if (!pv.isKnown()) {
                throw new PvAwayException(pv.file().path(), pv.file().why());
            }
            return space.parts(pv).stream()
                    .map(org.serai.storage.spi.PoolMap.Part::lu)
                    .distinct()
                    .toList();
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>A PV that is away can be removed if it was drained and was empty when it was last read: nothing can have come
     * onto it since. It keeps its mark then.
     */
    @Override
    public void removePv(UUID id) {
        space.exclusively("Removing a PV", () -> {
            settle(pvs.first());
            Optional<Pv> found = pvs.find(id);
            if (found.isPresent()) {
                remove(found.get());
            } else {
                finish(id);
            }
            return id;
        });
    }

    @Override
    public void requireRemovable(UUID id) {
        pvs.find(id).ifPresent(this::requireRemovable);
    }

    private void requireRemovable(Pv pv) {
        if (pv == pvs.first()) {
            throw StorageError.PV_NOT_EMPTY.error(
                    "PV " + pv.file().path() + " cannot be removed",
                    "it is the pool's first: it holds the lease area, by which nodes prove that they live",
                    "keep it; pv:drain moves the data off it, lu:move moves LUs to another pool");
        }
    }

    private void remove(Pv pv) throws IOException {
        requireRemovable(pv);
        boolean settled = pv.isKnown() && pv.superblock().state() == Superblock.State.DRAINING;
        if (!space.isCurrent(pv) && !settled) {
            throw new PvAwayException(pv.file().path(), pv.file().why());
        }
        List<UUID> lus = lusOn(pv.id());
        if (!lus.isEmpty()) {
            throw notEmpty(pv, "it holds parts of " + lus.size() + " LUs, the first of them " + lus.getFirst());
        }
        boolean reachable = space.isCurrent(pv);
        space.rewrite(pvs.first(), old -> {
            BitSet members = old.members();
            members.clear(pv.position());
            return old.next(old.state(), members, old.geometry());
        });
        space.refreshNow();
        if (reachable) {
            PvSetup.letGo(files, pv.file().path(), mark -> mark.pv().equals(pv.id()));
        } else {
            LOG.warn(
                    "PV {} left the pool while it was away, and still carries the pool's mark",
                    pv.file().path());
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>One change of the first PV's superblock: before it the PV is a member that is away, after it none. Its ledger is
     * gone with it, so that what it held is nobody's; what maps still say of it is known to be lost by its position.
     */
    @Override
    public void removeLostPv(UUID id) {
        space.exclusively("Giving up a PV", () -> {
            settle(pvs.first());
            Optional<Pv> found = pvs.find(id);
            if (found.isPresent()) {
                giveUp(found.get());
            }
            return id;
        });
    }

    private void giveUp(Pv pv) throws IOException {
        requireLost(pv);
        space.rewrite(pvs.first(), old -> old.without(pv.position()));
        space.refreshNow();
        LOG.warn(
                "PV {} was given up as lost; if it comes back it is no part of the pool",
                pv.file().path());
    }

    @Override
    public void requireLost(UUID id) {
        pvs.find(id).ifPresent(this::requireLost);
    }

    private void requireLost(Pv pv) {
        Path path = pv.file().path();
        if (pv == pvs.first()) {
            throw StorageError.PV_NOT_EMPTY.error(
                    "PV " + path + " cannot be removed as lost",
                    "it is the pool's first: it holds the lease area and the list of the pool's PVs, without which"
                            + " nothing in the pool can be used",
                    "bring it back; if it is gone for good, promote the copies that other pools have");
        }
        if (pv.file().isPresent()) {
            throw StorageError.PV_PRESENT.error(
                    "PV " + path + " is not lost",
                    "it is there and can be read",
                    "pv:remove without --lost moves off what is on it, and lets go of it");
        }
    }

    @Override
    public void eraseStalePv(String path) {
        space.exclusively("Erasing a stale PV", () -> {
            settle(pvs.first());
            Path place = Path.of(path);
            if (files.exists(place)) {
                PvSetup.eraseStale(files, place, pvs.first().superblock());
            }
            return place;
        });
    }

    @Override
    public List<Loss> losses(UUID pv) {
        return pvs.find(pv).map(losses()::with).orElse(List.of());
    }

    @Override
    public long lostBytes(UUID lu) {
        return losses().lostBytes(lu);
    }

    private Losses losses() {
        return new Losses(pvs, space, pvs.first().geometry().extentBytes());
    }

    private static SeraiException notEmpty(Pv pv, String cause) {
        return StorageError.PV_NOT_EMPTY.error(
                "PV " + pv.file().path() + " cannot be removed", cause, "drain it, wait until it is empty, try again");
    }

    /** Ends what a call began that was cut off: it is no member, and may still carry its mark. */
    private void finish(UUID id) {
        for (PvLayout pv : context.pvs()) {
            Path path = Path.of(pv.path());
            if (pv.pv().equals(id) && files.exists(path)) {
                PvSetup.letGo(files, path, mark -> mark.pv().equals(id));
            }
        }
    }
}
