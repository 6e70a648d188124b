package org.serai.launcher.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.storage.extent.ExtentDriver;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;

/** A pool of driver extent on one file, with nobody else in the cluster. */
final class BenchPool implements AutoCloseable {
    private final ExtentDriver driver = new ExtentDriver();
    private final PoolLayout layout;
    private final PoolStore store;

    private BenchPool(PoolLayout layout) {
        this.layout = layout;
        this.store = driver.create(layout, new Alone(layout.pvs(), new ReentrantLock()));
    }

    static BenchPool create(Path pv, long sizeBytes) {
        PvLayout only = new PvLayout(UUID.randomUUID(), 0, pv.toString(), OptionalLong.of(sizeBytes));
        return new BenchPool(new PoolLayout(UUID.randomUUID(), "bench", List.of(only), 0));
    }

    UUID createLu(long sizeBytes) {
        UUID lu = UUID.randomUUID();
        store.createLu(lu, sizeBytes, false, 1);
        return lu;
    }

    LuStore newLu(long sizeBytes) {
        return store.openLu(createLu(sizeBytes), 1);
    }

    /** Opens it as another node would. */
    PoolStore open() {
        return driver.open(layout, new Alone(layout.pvs(), new ReentrantLock()));
    }

    @Override
    public void close() {
        store.close();
    }

    private record Alone(List<PvLayout> pvs, ReentrantLock lock) implements PoolContext {
        private static final UUID SELF = UUID.randomUUID();

        @Override
        public UUID node() {
            return SELF;
        }

        @Override
        public UUID incarnation() {
            return SELF;
        }

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
