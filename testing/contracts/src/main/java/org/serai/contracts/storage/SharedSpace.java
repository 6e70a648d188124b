package org.serai.contracts.storage;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** What stores of several nodes share in a test: the lock of a pool's space, and what the VIOS DB says of its PVs. */
public final class SharedSpace {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PvLayout> pvs = new CopyOnWriteArrayList<>();

    /** The context of one more node. */
    public PoolContext node() {
        return new Node(UUID.randomUUID(), UUID.randomUUID(), this);
    }

    /** Says what PVs the pool has now. */
    public void now(List<PvLayout> layouts) {
        pvs.clear();
        pvs.addAll(layouts);
    }

    private record Node(UUID node, UUID incarnation, SharedSpace space) implements PoolContext {
        @Override
        public List<PvLayout> pvs() {
            return List.copyOf(space.pvs);
        }

        @Override
        public <R> R exclusively(Supplier<R> work) {
            space.lock.lock();
            try {
                return work.get();
            } finally {
                space.lock.unlock();
            }
        }
    }
}
