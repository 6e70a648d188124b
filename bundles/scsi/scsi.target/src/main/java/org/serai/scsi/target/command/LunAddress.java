package org.serai.scsi.target.command;

/** LUNs in their 8 bytes (SAM-5, logical unit numbers): single level, peripheral device or flat space addressing. */
public final class LunAddress {
    /** What {@link #decode} returns for an address that is no single-level LUN. */
    public static final int NONE = -1;

    private static final int METHOD_PERIPHERAL = 0;
    private static final int METHOD_FLAT = 1;
    private static final int PERIPHERAL_LUNS = 256;

    private LunAddress() {}

    /** The number of a LUN, or {@link #NONE}. */
    public static int decode(long address) {
        if ((address & 0xFFFF_FFFF_FFFFL) != 0) {
            return NONE;
        }
        int first = (int) (address >>> 48);
        int method = first >> 14;
        int number = first & 0x3FFF;
        if (method == METHOD_FLAT || method == METHOD_PERIPHERAL && number < PERIPHERAL_LUNS) {
            return number;
        }
        return NONE;
    }

    /** The address of a LUN. */
    public static long encode(int lun) {
        return lun < PERIPHERAL_LUNS ? (long) lun << 48 : encodeFlat(lun);
    }

    /** The address of a LUN by flat space addressing, which an initiator may use for any. */
    public static long encodeFlat(int lun) {
        return (long) (METHOD_FLAT << 14 | lun) << 48;
    }
}
