package org.serai.simulator.storage;

/** How one node's installation reaches a pool now. */
public final class Fabric {
    private boolean broken;
    private long slowMs;
    private Hang hang = Hang.NOTHING;
    private long hangsUntilNs;

    /** What stands still on a path that hangs: it is done, or told, when the path goes on. */
    public enum Hang {
        /** Nothing. */
        NOTHING,
        /** Requests reach the disk no more, and no answer comes back. */
        ALL,
        /** The disk takes everything, and says of no write that it has. */
        ANSWERS_TO_WRITES
    }

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

    /** Hangs, until a time. */
    public void hang(Hang what, long untilNs) {
        hang = what;
        hangsUntilNs = untilNs;
    }

    /** How long a request that is to reach the disk now, or an answer to a read, has to wait. */
    long heldNs(long nowNs) {
        return hang == Hang.ALL ? Math.max(0, hangsUntilNs - nowNs) : 0;
    }

    /** How long the answer to a write has to wait. */
    long answerHeldNs(long nowNs) {
        return hang == Hang.NOTHING ? 0 : Math.max(0, hangsUntilNs - nowNs);
    }
}
