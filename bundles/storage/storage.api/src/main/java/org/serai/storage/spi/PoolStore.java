package org.serai.storage.spi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;
import org.serai.storage.PoolCheck;

/** An open pool. What it keeps in memory can be read anew from the pool; what it acknowledged is in the pool. */
@ConsumerType
public interface PoolStore extends AutoCloseable {
    /** The lease area, on storage that all nodes share. */
    LeaseArea leaseArea();

    /** The pool's fencing, if its storage can refuse a stale node's writes. */
    default Optional<StorageFence> fence() {
        return Optional.empty();
    }

    /** Sizes as they are now, counting what other nodes did. */
    Usage usage();

    /** The size of PVs, in the layout's order. */
    List<Long> pvSizesBytes();

    /**
     * Makes an LU. Durable at return; {@link org.serai.storage.StorageError#POOL_FULL} leaves nothing behind.
     *
     * @param epoch the epoch of the caller's lock on the LU; the first open may have the same
     */
    void createLu(UUID lu, long sizeBytes, boolean thick, long epoch);

    /**
     * Deletes an LU and gives all its space back; that it is not there is no error. Durable at return. A store that is
     * still open under an earlier epoch is refused from then on.
     */
    void deleteLu(UUID lu, long epoch);

    /** What is given to an LU as its holder last made durable, from any node. */
    long usedBytes(UUID lu);

    /** The LUs that hold any space of the pool, half made or half deleted ones included. */
    List<UUID> lus();

    /**
     * Opens an LU for the holder of its lock.
     *
     * @param epoch higher than that of every earlier open; {@link org.serai.storage.StorageError#STALE} otherwise
     */
    LuStore openLu(UUID lu, long epoch);

    /** Checks all metadata. */
    PoolCheck check();

    @Override
    void close();

    /**
     * Sizes of a pool.
     *
     * @param extentBytes the unit of thin allocation
     * @param sizeBytes what LUs can use in all
     * @param usedBytes what is given to LUs, their maps included
     */
    record Usage(long extentBytes, long sizeBytes, long usedBytes) {}
}
