package org.serai.storage.extent.pv;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * How many calls that change a PV have not returned. Counted in lanes, so that threads do not get into each other's way.
 * Who enters before it looks which way leads to the PV is seen by whoever takes that way away before it counts.
 */
final class CallsUnderWay {
    private static final int LANES = 16;

    /** Numbers between two lanes, so that no two are in one line of a processor's cache. */
    private static final int APART = 16;

    private static final long PAUSE_NANOS = 100_000;
    private static final int PAUSES = 40_000;

    private final AtomicLongArray counts = new AtomicLongArray(LANES * APART);

    /** Begins a call; what is returned is given to {@link #leave}. */
    int enter() {
        int lane = ((int) Thread.currentThread().threadId() & LANES - 1) * APART;
        counts.getAndIncrement(lane);
        return lane;
    }

    void leave(int lane) {
        counts.getAndDecrement(lane);
    }

    /** Waits until each call that began before has returned; gives up after some seconds. */
    boolean haveReturned() {
        int pauses = 0;
        for (int lane = 0; lane < LANES * APART; lane += APART) {
            while (counts.get(lane) != 0) {
                if (pauses++ == PAUSES) {
                    return false;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return true;
    }
}
