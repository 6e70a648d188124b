package org.serai.storage.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A storage driver: a service with the property {@code storage.driver}. */
@ConsumerType
public interface StorageDriver {
    /**
     * Takes PVs that belong to nobody and makes a pool of them. Whatever fails, no PV is left marked as taken, and no
     * file is left that was not there before.
     */
    PoolStore create(PoolLayout layout, PoolContext context);

    /**
     * Fails as {@link #create} or {@link PvChanges#addPv} would with one of the PVs of a pool, as far as is seen without
     * changing anything: it is no PV, too small, in use, or has somebody's data.
     */
    default void requireUsable(PoolLayout layout, PoolLayout.PvLayout pv) {}

    /** Opens a pool that {@link #create} made; every node of the cluster may have it open. */
    PoolStore open(PoolLayout layout, PoolContext context);

    /**
     * Erases the marks of a pool from its PVs, so that they belong to nobody, and removes the files that
     * {@link #create} made. Idempotent; a PV that carries no mark of this pool is left alone.
     */
    void destroy(PoolLayout layout);
}
