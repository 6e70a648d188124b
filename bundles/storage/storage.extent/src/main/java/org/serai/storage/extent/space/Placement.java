package org.serai.storage.extent.space;

import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The PVs that an LU's space may come from. Tells how full they are without looking. */
public final class Placement {
    private final Set<UUID> pvs;
    private final Supplier<PvFill[]> fills;
    private volatile State state = new State(new PvFill[0], 0);

    /** What this node knows of one PV; an array of these is replaced when anything in it changes. */
    record PvFill(UUID pv, boolean usable, long usableBytes, long usedBytes) {}

    private record State(PvFill[] of, int permille) {}

    Placement(Set<UUID> pvs, Supplier<PvFill[]> fills) {
        this.pvs = Set.copyOf(pvs);
        this.fills = fills;
    }

    /** Whether space may come from that PV; an empty set allows all of the pool. */
    public boolean allows(UUID pv) {
        return pvs.isEmpty() || pvs.contains(pv);
    }

    /** The PVs; empty for all of the pool. */
    public Set<UUID> pvs() {
        return pvs;
    }

    /** How full the PVs are that something can be put on, in permille, as far as this node knows. Allocates nothing. */
    public int fillPermille() {
        PvFill[] now = fills.get();
        State known = state;
        if (known.of != now) {
            known = new State(now, permille(now));
            state = known;
        }
        return known.permille;
    }

    /** How much data they can hold in all, as far as this node knows. */
    long usableBytes() {
        long usable = 0;
        for (PvFill fill : fills.get()) {
            usable += fill.usable && allows(fill.pv) ? fill.usableBytes : 0;
        }
        return usable;
    }

    private int permille(PvFill[] now) {
        long usable = 0;
        long used = 0;
        for (PvFill fill : now) {
            if (fill.usable && allows(fill.pv)) {
                usable += fill.usableBytes;
                used += fill.usedBytes;
            }
        }
        return usable == 0 ? 1000 : (int) Math.min(1000, used * 1000 / usable);
    }
}
