package org.serai.storage.extent.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file or block device that a PV lies on. Data and pages are the same bytes reached in two ways: data may be kept in a
 * cache of this host, pages and leases go past it, because other hosts change them. A write is durable, and comes before
 * other writes, only by a {@link #sync} that began after it had returned.
 */
public interface BlockFile extends AutoCloseable {
    Path path();

    boolean isDevice();

    /** Whether data reach the device before a write returns. */
    boolean isWriteThrough();

    long sizeBytes() throws IOException;

    /** Whether its path still leads to it, and not to nothing or another file. */
    default boolean isWherePathLeads() {
        return true;
    }

    /** Whether nobody else holds the lock of this file. */
    boolean tryLock();

    /** Gives the lock back, if this file has it. */
    default void unlock() {}

    /** Reads data into the buffer, {@code length} bytes from its position, which moves. */
    void readData(ByteBuffer into, int length, long offset) throws IOException;

    /** Writes data from the buffer's position, which moves. */
    void writeData(ByteBuffer from, int length, long offset) throws IOException;

    /** Reads past the cache; address, length and offset are multiples of a page. */
    void readPages(ByteBuffer into, long offset) throws IOException;

    /** As {@link #readPages}, from the cache where that shows what anybody who can write them wrote. */
    default void peekPages(ByteBuffer into, long offset) throws IOException {
        readPages(into, offset);
    }

    /** Writes past the cache; durable after {@link #sync}. */
    void writePages(ByteBuffer from, long offset) throws IOException;

    /** Makes the range read as zero; durable after {@link #sync}. */
    void zero(long offset, long length, boolean keepSpace) throws IOException;

    /** Gives the space behind a range back to the file system; what cannot be given back is kept. */
    void giveBack(long offset, long length);

    /** Begins to write out data that a {@link #sync} will wait for soon; that one alone makes durable and tells errors. */
    default void beginSync(long offset, long length) {}

    /** Drops a range from this host's page cache if another host may have written it. */
    void dropCache(long offset, long length);

    /** Drops a block device from this host's page cache as a whole. */
    void dropDeviceCache() throws IOException;

    /** Makes durable what was written before the call. Once it has failed it always fails. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
