package org.serai.storage.extent.lu;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/**
 * What calls of an open LU pass through: reads and flushes one gate, changes another one, so that changes can stand still
 * while reads go on. Once it is closed or refused nothing passes any more.
 */
final class LuGate {
    private static final long PATIENCE_MS = 5;

    private final UUID lu;
    private final StampedLock reads = new StampedLock();
    private final StampedLock writes = new StampedLock();
    private final ReentrantLock freezing = new ReentrantLock();
    /** Calls that wait for all others to end: who comes now queues behind them, lest they wait for ever. */
    private final AtomicInteger waiting = new AtomicInteger();

    private long frozen;
    private volatile int freezes;
    private volatile SeraiException refused;

    LuGate(UUID lu) {
        this.lu = lu;
    }

    /** Enters for a read or a flush; the result is for {@link #endRead}. */
    long read() {
        return enter(reads);
    }

    void endRead(long stamp) {
        reads.unlockRead(stamp);
    }

    /** Enters for a change; the result is for {@link #endWrite}. */
    long write() {
        return enter(writes);
    }

    void endWrite(long stamp) {
        writes.unlockRead(stamp);
    }

    private long enter(StampedLock gate) {
        long stamp = waiting.get() == 0 ? gate.tryReadLock() : 0;
        if (stamp == 0) {
            stamp = gate.readLock();
        }
        if (refused != null) {
            gate.unlockRead(stamp);
            requireOpen();
        }
        return stamp;
    }

    void requireOpen() {
        SeraiException why = refused;
        if (why != null) {
            throw why.code().error(why.what(), why.reason(), why.action(), why);
        }
    }

    /** Whether a flush has failed. */
    boolean isFailed() {
        SeraiException why = refused;
        return why != null && why.code() != StorageError.STALE && why.code() != StorageError.LU_CLOSED;
    }

    /** After a failed flush nobody knows what is durable; after a stale epoch another node has the LU. */
    SeraiException refuse(SeraiException why) {
        if (refused == null) {
            refused = why;
        }
        return why;
    }

    /** Waits for changes under way and keeps others waiting until {@link #thaw}; may be called several times. */
    void freeze() {
        freezing.lock();
        try {
            if (freezes == 0) {
                frozen = exclusive(writes);
            }
            freezes++;
        } finally {
            freezing.unlock();
        }
    }

    void thaw() {
        freezing.lock();
        try {
            freezes--;
            if (freezes == 0) {
                writes.unlockWrite(frozen);
            }
        } finally {
            freezing.unlock();
        }
    }

    private long exclusive(StampedLock gate) {
        waiting.incrementAndGet();
        try {
            return gate.writeLock();
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Runs work while there are neither reads nor changes. */
    void alone(Runnable work) {
        freeze();
        try {
            long stamp = exclusive(reads);
            try {
                work.run();
            } finally {
                reads.unlockWrite(stamp);
            }
        } finally {
            thaw();
        }
    }

    /** Returns when every call that had entered before has ended. */
    void grace() {
        reads.unlockWrite(exclusive(reads));
        boolean interrupted = false;
        boolean passed = false;
        waiting.incrementAndGet();
        // While changes stand still none is under way.
        while (!passed && freezes == 0) {
            try {
                long stamp = writes.tryWriteLock(PATIENCE_MS, TimeUnit.MILLISECONDS);
                passed = stamp != 0;
                if (passed) {
                    writes.unlockWrite(stamp);
                }
            } catch (InterruptedException e) {
                // The wait is short, and the interrupt is for the caller.
                interrupted = true;
            }
        }
        waiting.decrementAndGet();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets nothing pass any more, after the calls under way have ended; false if nothing did before. */
    boolean close() {
        freezing.lock();
        try {
            long stamp = freezes == 0 ? exclusive(writes) : 0;
            long reading = exclusive(reads);
            try {
                if (refused != null) {
                    return false;
                }
                refused = StorageError.LU_CLOSED.error(
                        "LU " + lu + " is closed", "it was closed while it was used", "open it again");
                return true;
            } finally {
                reads.unlockWrite(reading);
                if (stamp != 0) {
                    writes.unlockWrite(stamp);
                }
            }
        } finally {
            freezing.unlock();
        }
    }
}
