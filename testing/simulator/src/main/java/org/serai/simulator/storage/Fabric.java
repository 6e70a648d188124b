package org.serai.simulator.storage;

/** How one node's installation reaches a pool now. */
public final class Fabric {
    private boolean broken;
    private long slowMs;

    /** Whether nothing gets through. */
    public boolean isBroken() {
        return broken;
    }

    /** Breaks, or mends. */
    public void broken(boolean now) {
        broken = now;
    }

    /** How long a request takes at most. */
    public long slowMs() {
        return slowMs;
    }

    /** Slows down. */
    public void slowMs(long now) {
        slowMs = now;
    }
}
