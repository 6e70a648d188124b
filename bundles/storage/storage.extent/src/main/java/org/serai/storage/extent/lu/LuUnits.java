package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.extent.space.Demand;
import org.serai.storage.extent.space.Growth;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.Placement;
import org.serai.storage.extent.space.Space;

/** The pool's space as one open LU uses it. */
public final class LuUnits implements Growth {
    private final Space space;
    private final PvSet pvs;
    private final LuRoot root;
    private final long epoch;
    private final Followers followers;
    private volatile Placement where;

    /**
     * @param from the PVs that units may come from; empty for all of the pool
     * @param epoch what the ledger is written under
     * @param followers who is told when something has another place
     */
    public LuUnits(Space space, PvSet pvs, LuRoot root, Set<UUID> from, long epoch, Followers followers) {
        this.followers = followers;
        this.space = space;
        this.pvs = pvs;
        this.root = root;
        this.where = space.placement(from);
        this.epoch = epoch;
    }

    @Override
    public List<Ledger.Entry> take(int units, boolean reserve) {
        return space.exclusively(
                "Giving space to LU " + root.lu(),
                () -> space.take(new Demand(root.lu(), units, epoch, where, reserve), _ -> root.requireCurrent()));
    }

    @Override
    public List<Ledger.Entry> takeAhead(int units) {
        return space.exclusively(
                "Giving space to LU " + root.lu(),
                () -> space.take(new Demand(root.lu(), units, epoch, where, false, true), _ -> root.requireCurrent()));
    }

    @Override
    public void release(List<Ledger.Entry> units) {
        space.exclusively("Taking space back from LU " + root.lu(), () -> {
            root.requireCurrent();
            space.release(units, epoch);
            return units;
        });
    }

    @Override
    public Ledger.Entry moveRoot(Ledger.Entry to) {
        return space.exclusively("Moving the root of LU " + root.lu(), () -> {
            root.requireCurrent();
            space.moveRoot(to, epoch);
            return space.rootOf(root.lu()).orElseThrow();
        });
    }

    @Override
    public void place(Set<UUID> onPvs) {
        where = space.placement(onPvs);
    }

    @Override
    public Set<UUID> placed() {
        return where.pvs();
    }

    @Override
    public boolean allows(int position) {
        if (pvs.isLost(position)) {
            return false;
        }
        Pv pv = pvs.at(position);
        return where.allows(pv.id()) && pv.superblock().state() == Superblock.State.READY;
    }

    @Override
    public void moved() throws IOException {
        followers.follow(root.lu());
    }

    /** Those who read what an LU has. */
    public interface Followers {
        void follow(UUID lu) throws IOException;
    }

    @Override
    public int fillPermille() {
        return where.fillPermille();
    }
}
