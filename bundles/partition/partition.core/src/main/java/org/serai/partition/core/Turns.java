package org.serai.partition.core;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;

/** One thing at a time with a partition in this node; between nodes its ownership sees to that. */
final class Turns {
    /** What has ended but for its last words, such as the end of a machine that was ended, is no reason to refuse. */
    private static final long ENDING_MS = 1_000;

    private final Map<UUID, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Does it when nothing else is done with the partition. */
    void take(UUID lpar, Runnable work) {
        ReentrantLock lock = lock(lpar);
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Does it, or refuses if something else is being done with the partition and does not end at once. */
    <T> T now(LparRow row, Supplier<T> work) {
        ReentrantLock lock = lock(row.id());
        if (!isFree(lock)) {
            throw PartitionError.WRONG_STATE.error(
                    "Partition " + row.name() + " is busy",
                    "another operation on it is under way on this node",
                    "wait until it has ended; lpar:info " + row.name() + " shows its state");
        }
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isFree(ReentrantLock lock) {
        try {
            return lock.tryLock(ENDING_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ReentrantLock lock(UUID lpar) {
        return locks.computeIfAbsent(lpar, id -> new ReentrantLock());
    }
}
