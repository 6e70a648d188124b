package org.serai.storage.extent;

/**
 * An extent of a pool as one number, as it stands in maps: the PV's place in 16 bits, then the extent's number on the PV
 * plus one in 48 bits. 0 is no extent.
 */
final class ExtentAddress {
    static final long NONE = 0;

    private static final int EXTENT_BITS = 48;
    private static final long EXTENT_MASK = (1L << EXTENT_BITS) - 1;

    private ExtentAddress() {}

    static long of(int position, long extent) {
        return (long) position << EXTENT_BITS | extent + 1;
    }

    /** The PV's place in the pool. */
    static int position(long address) {
        return (int) (address >>> EXTENT_BITS);
    }

    /** The extent's number on the PV. */
    static long extent(long address) {
        return (address & EXTENT_MASK) - 1;
    }
}
