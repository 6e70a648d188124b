package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;

/** INQUIRY (SPC-4): standard data; VPD pages are in {@link VpdPages}. */
final class Inquiry {
    /** T10 vendor identification, eight characters. */
    static final String VENDOR = "SERAI   ";

    /** What byte 0 says of a LUN without a unit: qualifier 011b, type 1Fh (SPC-4). */
    static final byte NO_UNIT = 0x7F;

    private static final String PRODUCT = "VIRTUAL DISK    ";
    private static final String REVISION = "0001";
    /** Implicit and explicit asymmetric logical unit access (SPC-4, standard INQUIRY data). */
    private static final byte TPGS_BOTH = 0x30;

    private static final int STANDARD_BYTES = 96;

    /** The LU is seen through more than one target port. */
    private static final byte MULTIP = 0x10;

    private static final byte THIRD_PARTY_COPY = 0x08;
    private static final int VERSION_SPC_4 = 6;

    /** SAM-5, SPC-4, SBC-3, iSCSI, no version claimed of each (SPC-4, version descriptors). */
    private static final short[] VERSION_DESCRIPTORS = {0x00A0, 0x0460, 0x04C0, 0x0960};

    private Inquiry() {}

    static void execute(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        long allocation = Cdb.u16(cdb, 3);
        if (Cdb.bit(cdb, 1, 0)) {
            Reply.send(task, VpdPages.page(Cdb.u8(cdb, 2), unit.unit()), allocation);
            return;
        }
        requireStandard(cdb);
        Reply.send(task, standard((byte) 0, hasPaths(unit.unit())), allocation);
    }

    private static boolean hasPaths(DiskUnit unit) {
        return unit.paths().filter(paths -> paths.groups().size() > 1).isPresent();
    }

    /** INQUIRY at a LUN without a unit: standard data with that qualifier, no VPD. */
    static void withoutUnit(ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.bit(cdb, 1, 0)) {
            throw CheckCondition.invalidField(1, 0);
        }
        requireStandard(cdb);
        Reply.send(task, standard(NO_UNIT, false), Cdb.u16(cdb, 3));
    }

    private static void requireStandard(byte[] cdb) throws CheckCondition {
        if (Cdb.bit(cdb, 1, 1)) {
            // CMDDT, obsolete
            throw CheckCondition.invalidField(1, 1);
        }
        if (cdb[2] != 0) {
            throw CheckCondition.invalidField(2);
        }
    }

    private static byte[] standard(byte peripheral, boolean hasPaths) {
        ByteBuffer data = ByteBuffer.allocate(STANDARD_BYTES);
        data.put(peripheral).put((byte) 0).put((byte) VERSION_SPC_4).put((byte) 0x12); // HISUP, response format 2
        data.put((byte) (STANDARD_BYTES - 5))
                .put((byte) (TPGS_BOTH | THIRD_PARTY_COPY))
                .put(hasPaths ? MULTIP : 0)
                .put((byte) 0x02); // CMDQUE
        data.put(ascii(VENDOR + PRODUCT + REVISION)).position(58);
        for (short descriptor : VERSION_DESCRIPTORS) {
            data.putShort(descriptor);
        }
        return data.array();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
