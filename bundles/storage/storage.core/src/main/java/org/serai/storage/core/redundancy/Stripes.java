package org.serai.storage.core.redundancy;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps changes that overlap in order, so that both sides see them in the same one. A stripe is 64 KiB of the LU; stripes
 * that share a lock wait for each other without need, but never for ever: locks are taken in one order.
 */
final class Stripes {
    static final int STRIPE_BYTES = 64 * 1024;
    private static final int LOCKS = 1024;

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Stripes() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Locks a part of the LU; the same thread may lock a part of that again. */
    void lock(long offset, long length) {
        long first = first(offset);
        long last = last(offset, length);
        if (last - first >= LOCKS - 1) {
            lock(0, LOCKS - 1);
        } else if (first % LOCKS <= last % LOCKS) {
            lock((int) (first % LOCKS), (int) (last % LOCKS));
        } else {
            lock(0, (int) (last % LOCKS));
            lock((int) (first % LOCKS), LOCKS - 1);
        }
    }

    void unlock(long offset, long length) {
        long last = Math.min(last(offset, length), first(offset) + LOCKS - 1);
        for (long stripe = first(offset); stripe <= last; stripe++) {
            locks[(int) (stripe % LOCKS)].unlock();
        }
    }

    void lockAll() {
        lock(0, LOCKS - 1);
    }

    void unlockAll() {
        for (ReentrantLock lock : locks) {
            lock.unlock();
        }
    }

    private void lock(int from, int to) {
        for (int i = from; i <= to; i++) {
            locks[i].lock();
        }
    }

    private static long first(long offset) {
        return offset / STRIPE_BYTES;
    }

    private static long last(long offset, long length) {
        return length == 0 ? first(offset) : (offset + length - 1) / STRIPE_BYTES;
    }
}
