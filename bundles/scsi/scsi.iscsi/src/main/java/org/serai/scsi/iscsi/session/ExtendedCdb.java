package org.serai.scsi.iscsi.session;

import java.util.Arrays;
import org.serai.scsi.iscsi.pdu.Bhs;

/** The CDB of a command, the part in an additional header segment included (RFC 7143, 11.2.2.3). */
final class ExtendedCdb {
    private static final int TYPE = 1;
    private static final int CDB_AT = 32;
    private static final int BHS_CDB_BYTES = 16;
    private static final int AHS_HEADER_BYTES = 4;

    private ExtendedCdb() {}

    /** Fills in the CDB, zero behind what was sent. Segments of other types are skipped, and so is what is no segment. */
    static void take(Bhs bhs, byte[] cdb) {
        bhs.copy(CDB_AT, cdb, 0, BHS_CDB_BYTES);
        Arrays.fill(cdb, BHS_CDB_BYTES, cdb.length, (byte) 0);
        int end = Bhs.BYTES + bhs.ahsBytes();
        int at = Bhs.BYTES;
        while (at + AHS_HEADER_BYTES <= end) {
            // the length counts from the byte behind the type, which is reserved
            int length = bhs.u16(at) - 1;
            if (bhs.u8(at + 2) == TYPE) {
                int there = Math.min(length, end - at - AHS_HEADER_BYTES);
                bhs.copy(at + AHS_HEADER_BYTES, cdb, BHS_CDB_BYTES, Math.clamp(there, 0, cdb.length - BHS_CDB_BYTES));
                return;
            }
            at += AHS_HEADER_BYTES + (Math.max(0, length) + 3 & ~3);
        }
    }
}
