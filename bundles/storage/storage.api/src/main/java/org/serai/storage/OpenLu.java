package org.serai.storage;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An LU that this node holds under a lock. Safe for use by many threads; two writes that overlap in time and place leave
 * one or the other in each block. Offsets and lengths are multiples of {@link #BLOCK_BYTES}; a call is done for all of
 * the buffer's remaining bytes or throws. All methods fail with
 * {@link org.serai.cluster.ClusterError#FENCED} while this node may not serve. No method allocates on its steady path
 * if the buffers are direct and used again. A call may block its carrier: I/O belongs on platform threads.
 */
@ProviderType
public interface OpenLu extends AutoCloseable {
    /** The logical block of every LU. */
    int BLOCK_BYTES = 512;

    /** The LU's size. */
    long sizeBytes();

    /** The epoch of the lock. */
    long epoch();

    /** Whether it was opened for reading only: then whatever would change it fails with {@link StorageError#READ_ONLY}. */
    default boolean isReadOnly() {
        return false;
    }

    /** Fills the buffer from its position to its limit. What was never written reads as zero. */
    void read(long offset, ByteBuffer into);

    /**
     * Writes the buffer from its position to its limit. After the return every reader sees it; it is on stable storage
     * after the next {@link #flush}. {@link StorageError#POOL_FULL} if there is no space: then nothing, or a part in
     * whole blocks, is written.
     */
    void write(long offset, ByteBuffer from);

    /**
     * The longest write that {@link #writeAtomically} takes, a power of two; 0 if the driver has no such writes, or has none
     * while the LU is mirrored.
     */
    default int atomicBytes() {
        return 0;
    }

    /**
     * Writes as {@link #write}, but so that a crash or a loss of power at any instant leaves all or nothing of it. It may
     * be slow, and take space. It must not cross a multiple of {@link #atomicBytes} within the LU.
     *
     * @throws org.serai.ffdc.SeraiException {@link StorageError#NOT_SUPPORTED} if the driver has no such writes
     */
    default void writeAtomically(long offset, ByteBuffer from) {
        throw StorageError.NOT_SUPPORTED.error(
                "The LU cannot be written atomically",
                "its storage driver does not have the capability AtomicWrites",
                "use a pool of another driver");
    }

    /**
     * Says that a part will be written soon, and then flushed, so that the driver can take the space for it in one step
     * and begin to write it out while more comes. This is a hint and promises nothing: no content changes, nor what
     * {@link #usedBytes} says, and nothing is done where the driver cannot or the pool has not the room. What was taken
     * and not written comes back to the pool at the latest when the LU is closed.
     */
    default void expectWrites(long offset, long length) {
        // A hint is heard by those who can do something about it.
    }

    /** Puts everything that was written before the call on stable storage. */
    void flush();

    /**
     * Says that nobody needs this part any more. Where the driver can, it reads as zero and its space comes back to the
     * pool; a driver that cannot leaves it as it is.
     */
    void discard(long offset, long length);

    /** Whether discarded space comes back to the pool and reads as zero. */
    default boolean givesBack() {
        return false;
    }

    /** Makes this part read as zero; {@code giveBack} tells whether its space may come back to the pool. */
    void writeZeroes(long offset, long length, boolean giveBack);

    /** What is there from an offset on: the longest part that is alike, found without long looking. */
    Range rangeAt(long offset);

    /** What is given to the LU now. */
    long usedBytes();

    /**
     * The space that it may be given more of, as far as this node knows: without asking the VIOS DB or another node. Not for
     * the way of an I/O. Empty where nothing is known of it, and for a part or a copy of an LU.
     */
    default Optional<PoolSpace> poolSpace() {
        return Optional.empty();
    }

    /** Flushes and gives the lock back. Idempotent. */
    @Override
    void close();
}
