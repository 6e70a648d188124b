package org.serai.storage.extent.space;

/**
 * An entry of a map as one number: the PV's place in 16 bits, four bits that mark the entry, then the extent's number on
 * the PV plus one in 44 bits. 0 is no extent.
 */
public final class ExtentAddress {
    /** Nothing is mapped; ancestors of the layer show through. */
    public static final long NONE = 0;
    /** Nothing is mapped, and it reads as zero whatever ancestors have. */
    public static final long ZERO = 1L << 46;
    /** In memory only: the entry is an ancestor's, so that a write needs a place of its own. */
    public static final long INHERITED = 1L << 47;
    /** In memory only: the extent is being moved, so that it is written under its stripe's lock alone. */
    public static final long MOVING = 1L << 45;

    private static final int POSITION_SHIFT = 48;
    private static final long EXTENT_MASK = (1L << 44) - 1;

    private ExtentAddress() {}

    /** The address of an extent on the PV at a position. */
    public static long of(int position, long extent) {
        return (long) position << POSITION_SHIFT | extent + 1;
    }

    /** What stands in memory for each entry of a map that was on a PV which was given up as lost. */
    public static long ofLostMap(int position) {
        return (long) position << POSITION_SHIFT | EXTENT_MASK;
    }

    /** Whether the entry itself is lost, and not only the extent that it names. */
    public static boolean isOfLostMap(long entry) {
        return (entry & EXTENT_MASK) == EXTENT_MASK;
    }

    /** The PV's place in the pool. */
    public static int position(long address) {
        return (int) (address >>> POSITION_SHIFT);
    }

    /** The extent's number on the PV. */
    public static long extent(long address) {
        return (address & EXTENT_MASK) - 1;
    }

    /** Whether the entry names an extent. */
    public static boolean given(long entry) {
        return (entry & EXTENT_MASK) != 0;
    }

    /** Whether the entry names an extent that may be written where it is, without any lock. */
    public static boolean inPlace(long entry) {
        return (entry & EXTENT_MASK) != 0 && (entry & (INHERITED | MOVING)) == 0;
    }

    /** Whether the entry is an ancestor's. */
    public static boolean inherited(long entry) {
        return (entry & INHERITED) != 0;
    }

    /** The entry without the marks that are in memory only. */
    public static long plain(long entry) {
        return entry & ~(INHERITED | MOVING);
    }

    /** What the layer itself has, as it is stored. */
    public static long own(long entry) {
        return inherited(entry) ? NONE : plain(entry);
    }
}
