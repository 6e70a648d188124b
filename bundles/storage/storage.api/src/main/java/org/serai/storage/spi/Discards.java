package org.serai.storage.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.serai.storage.Range;

/** A capability of an {@link LuStore}: space can be given back. Offsets and lengths are multiples of the block. */
@ConsumerType
public interface Discards {
    /**
     * Says that nobody needs this part any more. It reads as zero from then on, whole extents of it give their space
     * back once that is durable.
     */
    void discard(long offset, long length);

    /**
     * Makes this part read as zero.
     *
     * @param giveBack whether its space may be given back; otherwise what has space keeps it
     */
    void writeZeroes(long offset, long length, boolean giveBack);

    /** What is there from an offset on: the longest part that is alike, found without long looking. */
    Range rangeAt(long offset);
}
