package org.serai.storage.core.lu;

import java.util.function.LongSupplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.attach.SpaceLock;

/**
 * How long the calls of an LU wait for storage that is away: as long as a lease lasts, since a node whose lease is on that
 * storage has ended by then. When one has waited in vain the others do not, until storage was there for as long.
 */
final class Patience {
    private static final long LOOK_MS = 50;
    /** Costly attempts within the whole time. */
    private static final int ATTEMPTS = 16;

    private final SpaceLock.Pace pace;
    private final LongSupplier lengthMs;
    private volatile boolean spent;
    private volatile long failedAtNs;
    private long attemptedAtNs;
    private boolean attempted;

    Patience(SpaceLock.Pace pace, LongSupplier lengthMs) {
        this.pace = pace;
        this.lengthMs = lengthMs;
    }

    /**
     * Waits a little, or fails with that error when it has been long enough.
     *
     * @param untilNs what the call's last wait returned; 0 for its first
     */
    long await(SeraiException e, long untilNs) {
        long nowNs = pace.nanoTime().getAsLong();
        long lengthNs = lengthMs.getAsLong() * 1_000_000;
        if (lengthNs == 0) {
            throw e;
        }
        if (untilNs == 0 && spent && nowNs - failedAtNs < lengthNs || untilNs != 0 && nowNs - untilNs >= 0) {
            spent = true;
            failedAtNs = nowNs;
            throw e;
        }
        spent &= untilNs != 0;
        pace.pause().millis(LOOK_MS);
        return untilNs != 0 ? untilNs : nowNs + lengthNs | 1;
    }

    /** Whether something that is too costly to be tried at every look may be tried now. */
    synchronized boolean allowsAttempt() {
        long nowNs = pace.nanoTime().getAsLong();
        long lengthNs = lengthMs.getAsLong() * 1_000_000;
        if (lengthNs == 0 || attempted && nowNs - attemptedAtNs < lengthNs / ATTEMPTS) {
            return false;
        }
        attempted = true;
        attemptedAtNs = nowNs;
        return true;
    }

    /** Storage is there again. */
    synchronized void end() {
        spent = false;
        attempted = false;
    }
}
