package org.serai.storage.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An LU opened by the holder of its lock; semantics as in {@link org.serai.storage.OpenLu}, whose checks of the fence
 * and of range and alignment are done before. After {@link #close} or {@link #abandon} every call fails with
 * {@link org.serai.storage.StorageError#LU_CLOSED}. A failed flush is never tried again: what was written may be lost,
 * so that all later calls fail as it did; {@link #isFailed} tells that, and the LU is to be opened anew.
 */
@ConsumerType
public interface LuStore extends AutoCloseable {
    /** The LU's size. */
    long sizeBytes();

    /** Fills the buffer. */
    void read(long offset, ByteBuffer into);

    /**
     * Writes the buffer.
     *
     * @return how full the PVs are that this LU's space may come from, in permille, as far as this node knows without
     *     looking; alerts are computed from it
     */
    int write(long offset, ByteBuffer from);

    /** Makes durable what was written. */
    void flush();

    /**
     * Whether a flush of it has failed, one that it did by itself included. Then it is abandoned and opened anew under a
     * higher epoch, and the layer above writes again what was not flushed.
     */
    default boolean isFailed() {
        return false;
    }

    /** What is given to the LU now, without its map. */
    long usedBytes();

    /** Flushes and closes, after the calls under way have ended. Closed it is in any case, also if the flush fails. */
    @Override
    void close();

    /** Closes after the calls under way have ended, without writing anything any more: for a node that may not serve. */
    void abandon();
}
