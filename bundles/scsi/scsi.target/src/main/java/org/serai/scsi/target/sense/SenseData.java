package org.serai.scsi.target.sense;

import java.util.Arrays;

/** Writes sense data: fixed format, as the control mode page's D_SENSE of zero says, or descriptor format on request. */
public final class SenseData {
    /** The length of fixed format sense data (SPC-4, 4.5.3). */
    public static final int FIXED_BYTES = 18;

    private static final int DESCRIPTOR_HEADER_BYTES = 8;

    private SenseData() {}

    /** Writes a condition in fixed format (SPC-4, 4.5.3) and returns its length. */
    public static int fixed(CheckCondition condition, byte[] into) {
        int length = fixed(condition.code(), into);
        long information = condition.information();
        if (information >= 0 && information <= 0xFFFF_FFFFL) {
            into[0] |= (byte) 0x80;
            for (int i = 0; i < 4; i++) {
                into[3 + i] = (byte) (information >>> 8 * (3 - i));
            }
        }
        if (condition.fieldByte() >= 0) {
            int bit = condition.fieldBit();
            // SKSV, and C/D, which says whether the field is of the CDB or of the parameter list
            int where = condition.code() == SenseCode.INVALID_FIELD_IN_CDB ? 0xC0 : 0x80;
            into[15] = (byte) (where | (bit >= 0 ? 0x08 | bit : 0));
            into[16] = (byte) (condition.fieldByte() >> 8);
            into[17] = (byte) condition.fieldByte();
        }
        return length;
    }

    /** Writes a bare code in fixed format and returns its length. */
    public static int fixed(SenseCode code, byte[] into) {
        Arrays.fill(into, 0, FIXED_BYTES, (byte) 0);
        into[0] = 0x70;
        into[2] = (byte) code.key();
        into[7] = FIXED_BYTES - 8;
        into[12] = (byte) code.asc();
        into[13] = (byte) code.ascq();
        return FIXED_BYTES;
    }

    /** A bare code in descriptor format without descriptors (SPC-4, 4.5.2.1). */
    public static byte[] descriptor(SenseCode code) {
        byte[] sense = new byte[DESCRIPTOR_HEADER_BYTES];
        sense[0] = 0x72;
        sense[1] = (byte) code.key();
        sense[2] = (byte) code.asc();
        sense[3] = (byte) code.ascq();
        return sense;
    }
}
