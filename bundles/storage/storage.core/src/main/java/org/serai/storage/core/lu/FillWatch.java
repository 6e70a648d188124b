package org.serai.storage.core.lu;

/** Compares the fill that comes back with each write with the nearest thresholds: two comparisons, nothing else. */
public final class FillWatch {
    private final Runnable crossed;
    private volatile int raisesAt = Integer.MAX_VALUE;
    private volatile int clearsBelow = Integer.MIN_VALUE;

    /** Tells of crossings; it is told again with each write until it was set anew, so it must be quick. */
    public FillWatch(Runnable crossed) {
        this.crossed = crossed;
    }

    /** A fill was seen. */
    void at(int permille) {
        if (permille >= raisesAt || permille < clearsBelow) {
            crossed.run();
        }
    }

    /** Space was given back. */
    void freed() {
        if (clearsBelow != Integer.MIN_VALUE) {
            crossed.run();
        }
    }

    /** Sets what is a crossing from now on. */
    public void set(int newRaisesAt, int newClearsBelow) {
        raisesAt = newRaisesAt;
        clearsBelow = newClearsBelow;
    }
}
