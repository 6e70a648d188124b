package org.serai.storage.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The bytes of a PV, past every cache of the node that reaches it. A write is durable, and comes before other writes, only
 * by a {@link #sync} that began after it had returned. When a call returns, or throws, nothing of it is done later.
 */
@ConsumerType
public interface PvAccess {
    /** The size of the PV. */
    long sizeBytes();

    /** Whether it is a block device. */
    boolean isDevice();

    /** Whether other hosts may see it. */
    boolean isWriteThrough();

    /** Reads what the buffer has room for. */
    void read(ByteBuffer into, long offset) throws IOException;

    /** Writes what the buffer has left. */
    void write(ByteBuffer from, long offset) throws IOException;

    /** Makes the range read as zero. */
    void zero(long offset, long length, boolean keepSpace) throws IOException;

    /** Gives the space behind a range back; what cannot be given back is kept. */
    void giveBack(long offset, long length) throws IOException;

    /** Makes durable what was written before the call. */
    void sync() throws IOException;

    /** Whether this access is over for good, so that what failed for that may be done again by another one. */
    boolean isOver();
}
