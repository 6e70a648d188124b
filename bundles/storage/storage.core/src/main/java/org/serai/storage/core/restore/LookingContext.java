package org.serai.storage.core.restore;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** What a store may ask that is opened only to be looked at: nothing of it is changed. */
record LookingContext(String pool, UUID node, UUID incarnation, List<PvLayout> pvs) implements PoolContext {
    @Override
    public <R> R exclusively(Supplier<R> work) {
        throw StorageError.POOL_IN_USE.error(
                "Pool " + pool + " is not changed",
                "it is only looked at, for its cluster is being restored",
                "restore the cluster first");
    }
}
