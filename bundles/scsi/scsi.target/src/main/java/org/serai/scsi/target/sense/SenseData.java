package org.serai.scsi.target.sense;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes sense data: fixed format, or descriptor format where D_SENSE or the command asks for it (SPC-4, sense data). */
public final class SenseData {
    /** The length of fixed format sense data (SPC-4). */
    public static final int FIXED_BYTES = 18;

    /** The most that is ever sent: a header and two descriptors. */
    public static final int MAX_BYTES = 28;

    private static final int HEADER_BYTES = 8;
    private static final byte INFORMATION = 0x00;
    private static final byte SENSE_KEY_SPECIFIC = 0x02;
    private static final byte VALID = (byte) 0x80;

    private SenseData() {}

    /** Writes a condition in either format and returns its length. */
    public static int write(CheckCondition condition, boolean descriptor, byte[] into) {
        return descriptor ? descriptor(condition, into) : fixed(condition, into);
    }

    /** SPC-4, fixed format sense data. An INFORMATION that does not fit into 32 bits is left out. */
    private static int fixed(CheckCondition condition, byte[] into) {
        SenseCode code = condition.code();
        Arrays.fill(into, 0, FIXED_BYTES, (byte) 0);
        ByteBuffer sense = ByteBuffer.wrap(into);
        sense.put(0, (byte) 0x70).put(2, (byte) code.key()).put(7, (byte) (FIXED_BYTES - HEADER_BYTES));
        sense.put(12, (byte) code.asc()).put(13, (byte) code.ascq());
        long information = condition.information();
        if (information >= 0 && information <= 0xFFFF_FFFFL) {
            sense.put(0, (byte) (0x70 | VALID)).putInt(3, (int) information);
        }
        sense.put(15, (byte) (condition.specific() >> 16)).putShort(16, (short) condition.specific());
        return FIXED_BYTES;
    }

    /** SPC-4, descriptor format sense data: with descriptors for what there is. */
    private static int descriptor(CheckCondition condition, byte[] into) {
        SenseCode code = condition.code();
        ByteBuffer sense = ByteBuffer.wrap(into);
        sense.put((byte) 0x72).put((byte) code.key()).put((byte) code.asc()).put((byte) code.ascq());
        sense.putInt(0);
        if (condition.information() >= 0) {
            sense.put(INFORMATION).put((byte) 0x0A).put(VALID).put((byte) 0).putLong(condition.information());
        }
        if (condition.specific() != 0) {
            sense.put(SENSE_KEY_SPECIFIC).put((byte) 0x06).putShort((short) 0);
            sense.put((byte) (condition.specific() >> 16))
                    .putShort((short) condition.specific())
                    .put((byte) 0);
        }
        sense.put(7, (byte) (sense.position() - HEADER_BYTES));
        return sense.position();
    }
}
