package org.serai.contracts.storage;

import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.storage.spi.PoolContext;

/** What stores of several nodes share in a test: the lock of a pool's space. */
public final class SharedSpace {
    private final ReentrantLock lock = new ReentrantLock();

    /** The context of one more node. */
    public PoolContext node() {
        return new Node(UUID.randomUUID(), UUID.randomUUID(), lock);
    }

    private record Node(UUID node, UUID incarnation, ReentrantLock lock) implements PoolContext {
        @Override
        public <R> R exclusively(Supplier<R> work) {
            lock.lock();
            try {
                return work.get();
            } finally {
                lock.unlock();
            }
        }
    }
}
