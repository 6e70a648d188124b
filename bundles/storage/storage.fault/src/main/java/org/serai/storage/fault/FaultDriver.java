package org.serai.storage.fault;

import java.util.Optional;
import java.util.UUID;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** Another driver, with the faults that there are. What they leave alone is the other driver's, capabilities included. */
public final class FaultDriver implements StorageDriver {
    private final StorageDriver wrapped;
    private final Faults faults;

    /** Wraps a driver. */
    public FaultDriver(StorageDriver wrapped, Faults faults) {
        this.wrapped = wrapped;
        this.faults = faults;
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        UUID pool = layout.pool();
        Optional<Effect> effect = faults.meet(Operation.POOL, pool, pool);
        PoolStore made = wrapped.create(layout, context);
        if (effect.filter(each -> each != Effect.SKIP).isPresent()) {
            // As if the last step had failed: nothing is left.
            made.close();
            wrapped.destroy(layout);
            throw Faults.failed(Operation.POOL, pool);
        }
        return new FaultyPool(made, faults, pool).as(PoolStore.class);
    }

    @Override
    public void requireUsable(PoolLayout layout, PoolLayout.PvLayout pv) {
        wrapped.requireUsable(layout, pv);
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        UUID pool = layout.pool();
        Optional<Effect> effect = faults.meet(Operation.POOL, pool, pool);
        PoolStore opened = wrapped.open(layout, context);
        if (effect.filter(each -> each != Effect.SKIP).isPresent()) {
            opened.close();
            throw Faults.failed(Operation.POOL, pool);
        }
        return new FaultyPool(opened, faults, pool).as(PoolStore.class);
    }

    @Override
    public void destroy(PoolLayout layout) {
        UUID pool = layout.pool();
        Optional<Effect> effect = faults.meet(Operation.POOL, pool, pool);
        wrapped.destroy(layout);
        if (effect.filter(each -> each != Effect.SKIP).isPresent()) {
            throw Faults.failed(Operation.POOL, pool);
        }
    }
}
