package org.serai.scsi.iscsi.session;

/** LUNs in their 8 bytes (SAM-5, logical unit numbers): one LUN can be addressed in two ways. */
final class LunField {
    private static final int FLAT_METHOD = 1;

    private LunField() {}

    /** The number of a single level LUN in the peripheral or flat format; -1 for any other. */
    static int number(long address) {
        int first = (int) (address >>> 48);
        boolean single = (address & 0xFFFF_FFFF_FFFFL) == 0 && first >>> 14 <= FLAT_METHOD;
        return single ? first & 0x3FFF : -1;
    }

    /** Whether both address one LUN. */
    static boolean same(long one, long other) {
        return one == other || number(one) >= 0 && number(one) == number(other);
    }
}
