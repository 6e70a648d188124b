package org.serai.scsi.target.lu;

import java.util.concurrent.atomic.AtomicLong;

/** Counts commands in execution and, while closed, lets none in; closing waits for those inside. Allocates nothing. */
final class Gate {
    private static final long CLOSED = Long.MIN_VALUE;

    /** How many are inside; {@link #CLOSED} added while it is closed. */
    private final AtomicLong inside = new AtomicLong();

    /** Whether the caller is in; then it must {@link #leave}. */
    boolean enter() {
        if (inside.incrementAndGet() > 0) {
            return true;
        }
        leave();
        return false;
    }

    void leave() {
        if (inside.decrementAndGet() == CLOSED) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Lets nobody in any more, and returns when nobody is inside. Idempotent. */
    void close() {
        inside.updateAndGet(count -> count < 0 ? count : count + CLOSED);
        boolean interrupted = false;
        synchronized (this) {
            while (inside.get() != CLOSED) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    // an LU must not be closed under a command, so the wait goes on and the interrupt is kept
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nobody is let in now. */
    boolean isClosed() {
        return inside.get() < 0;
    }

    /** Lets in again. Idempotent; not to be called while {@link #close} waits. */
    void open() {
        inside.updateAndGet(count -> count < 0 ? count - CLOSED : count);
    }
}
