package org.serai.scsi.target.lu;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the commands of a nexus that are in execution, so that another one can wait for the end of those that have begun,
 * however many begin meanwhile. Allocates nothing on the way of a command.
 */
final class InFlight {
    private final AtomicIntegerArray inside = new AtomicIntegerArray(2);
    private volatile int side;
    private volatile boolean awaited;

    /** A command begins; what is returned goes to {@link #leave}. */
    int enter() {
        int at = side;
        inside.incrementAndGet(at);
        return at;
    }

    void leave(int at) {
        if (inside.decrementAndGet(at) == 0 && awaited) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /**
     * Returns when all commands have ended that were in execution at the call. Those that begin later count on the other
     * side; both sides are emptied in turn, for a command may have begun on one that was left before it was counted.
     */
    synchronized void await() {
        boolean interrupted = false;
        awaited = true;
        for (int turn = 0; turn < 2; turn++) {
            int left = side;
            side = 1 - left;
            while (inside.get(left) > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // what was aborted must not write after the abort is confirmed, so the wait goes on
                    interrupted = true;
                }
            }
        }
        awaited = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
