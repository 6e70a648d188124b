package org.serai.storage.extent;

/**
 * An entry of a map as one number: the PV's place in 16 bits, four bits that mark the entry, then the extent's number on
 * the PV plus one in 44 bits. 0 is no extent.
 */
final class ExtentAddress {
    /** Nothing is mapped; ancestors of the layer show through. */
    static final long NONE = 0;
    /** Nothing is mapped, and it reads as zero whatever ancestors have. */
    static final long ZERO = 1L << 46;
    /** In memory only: the entry is an ancestor's, so that a write needs a place of its own. */
    static final long INHERITED = 1L << 47;
    /** In memory only: the extent is being moved, so that it is written under its stripe's lock alone. */
    static final long MOVING = 1L << 45;

    private static final int POSITION_SHIFT = 48;
    private static final long EXTENT_MASK = (1L << 44) - 1;

    private ExtentAddress() {}

    static long of(int position, long extent) {
        return (long) position << POSITION_SHIFT | extent + 1;
    }

    /** The PV's place in the pool. */
    static int position(long address) {
        return (int) (address >>> POSITION_SHIFT);
    }

    /** The extent's number on the PV. */
    static long extent(long address) {
        return (address & EXTENT_MASK) - 1;
    }

    /** Whether the entry names an extent. */
    static boolean given(long entry) {
        return (entry & EXTENT_MASK) != 0;
    }

    /** Whether the entry names an extent that may be written where it is, without any lock. */
    static boolean inPlace(long entry) {
        return (entry & EXTENT_MASK) != 0 && (entry & (INHERITED | MOVING)) == 0;
    }

    static boolean inherited(long entry) {
        return (entry & INHERITED) != 0;
    }

    /** The entry without the marks that are in memory only. */
    static long plain(long entry) {
        return entry & ~(INHERITED | MOVING);
    }

    /** What the layer itself has, as it is stored. */
    static long own(long entry) {
        return inherited(entry) ? NONE : plain(entry);
    }
}
