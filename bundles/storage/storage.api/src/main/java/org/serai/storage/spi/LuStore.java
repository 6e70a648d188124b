package org.serai.storage.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An LU opened by the holder of its lock; semantics as in {@link org.serai.storage.OpenLu}, whose checks of the fence
 * and of range and alignment are done before.
 */
@ConsumerType
public interface LuStore extends AutoCloseable {
    /** The LU's size. */
    long sizeBytes();

    /** Fills the buffer. */
    void read(long offset, ByteBuffer into);

    /** Writes the buffer. */
    void write(long offset, ByteBuffer from);

    /** Makes durable what was written. */
    void flush();

    /** What is given to the LU now, without its map. */
    long usedBytes();

    /** Flushes and closes. */
    @Override
    void close();
}
