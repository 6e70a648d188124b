package org.serai.scsi.target.reservation;

import org.serai.scsi.target.sense.CheckCondition;

/** RESERVE and RELEASE as SPC-2 has them: for the nexus itself and the whole unit only. */
final class SimpleReserve {
    static final int RESERVE_6 = 0x16;
    static final int RELEASE_6 = 0x17;
    static final int RESERVE_10 = 0x56;
    static final int RELEASE_10 = 0x57;

    private static final int THIRD_PARTY_BIT = 4;
    private static final int LONG_ID_BIT = 1;
    private static final int EXTENT_BIT = 0;

    private SimpleReserve() {}

    static void requireSupported(byte[] cdb) throws CheckCondition {
        for (int bit : new int[] {THIRD_PARTY_BIT, LONG_ID_BIT, EXTENT_BIT}) {
            if ((cdb[1] >> bit & 1) != 0) {
                throw CheckCondition.invalidField(1, bit);
            }
        }
    }
}
