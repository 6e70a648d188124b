package org.serai.storage.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;

/** An open pool. What it keeps in memory can be read anew from the pool; what it acknowledged is in the pool. */
@ConsumerType
public interface PoolStore extends AutoCloseable {
    /**
     * The lease area, on storage that all nodes share. Storage that has no place for one gives none: heartbeats are rows of
     * the VIOS DB then, and a node that does not reach that stops serving.
     */
    default Optional<LeaseArea> leaseArea() {
        return Optional.empty();
    }

    /** The pool's fencing, if its storage can refuse a stale node's writes. */
    default Optional<StorageFence> fence() {
        return Optional.empty();
    }

    /** Sizes as they are now, counting what other nodes did. */
    Usage usage();

    /** The PVs as they are now, in the order of their positions. */
    List<PvUsage> pvs();

    /**
     * Makes an LU. Durable at return; {@link org.serai.storage.StorageError#POOL_FULL} leaves nothing behind.
     *
     * @param epoch the epoch of the caller's lock on the LU; the first open may have the same
     */
    void createLu(LuLayout lu, long epoch);

    /** As above, with space from all of the pool. */
    default void createLu(UUID lu, long sizeBytes, boolean thick, long epoch) {
        createLu(new LuLayout(lu, sizeBytes, thick, Set.of()), epoch);
    }

    /**
     * Deletes an LU and gives all its space back; that it is not there is no error. Durable at return. A store that is
     * still open under an earlier epoch is refused from then on.
     */
    void deleteLu(UUID lu, long epoch);

    /** The space of an LU, from any node. */
    LuUsage luUsage(UUID lu);

    /** What is given to what an LU shows. */
    default long usedBytes(UUID lu) {
        return luUsage(lu).usedBytes();
    }

    /** The epoch under which an LU was opened last, as the pool itself has it; 0 if it keeps none. Nobody need hold it. */
    default long luEpoch(UUID lu) {
        return 0;
    }

    /** The LUs that hold any space of the pool, half made or half deleted ones included. */
    List<UUID> lus();

    /**
     * Opens an LU for the holder of its lock.
     *
     * @param mode its epoch is higher than that of every earlier open; {@link org.serai.storage.StorageError#STALE}
     *     otherwise
     */
    LuStore openLu(UUID lu, OpenMode mode);

    /** As above, with new space from all of the pool and for nobody else to read. */
    default LuStore openLu(UUID lu, long epoch) {
        return openLu(lu, new OpenMode(epoch, Set.of(), false));
    }

    /**
     * The type of its open LUs, whose interfaces are what each of them can; a clone can more. So it is known before one
     * is opened.
     */
    Class<? extends LuStore> luType();

    /** Checks all metadata, and data as far as there are checksums, while the pool is in use. Units are bytes. */
    PoolCheck check(Progress progress);

    /** As above, without anybody looking. */
    default PoolCheck check() {
        return check(Progress.NONE);
    }

    /**
     * Mends what can be mended without a doubt: damaged copies from intact ones, space that belongs to nobody.
     *
     * @return what is left
     */
    PoolCheck repair(Progress progress);

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
