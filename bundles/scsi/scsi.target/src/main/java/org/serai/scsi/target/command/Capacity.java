package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;

/** READ CAPACITY (SBC-3) and REPORT LUNS (SPC-4). */
final class Capacity {
    /** The physical block is 4 KiB: 2 to this power of logical blocks. */
    static final int PHYSICAL_BLOCK_EXPONENT = 3;

    private static final byte LBPME_AND_LBPRZ = (byte) 0xC0;
    private static final int LUNS_HEADER_BYTES = 8;
    private static final long MAX_LBA_10 = 0xFFFF_FFFFL;

    private Capacity() {}

    static void read10(UnitNexus unit, ScsiTask task) throws CheckCondition {
        if (Cdb.u32(task.cdb(), 2) != 0) {
            // without PMI, which is obsolete, there is no LBA to ask for
            throw CheckCondition.invalidField(2);
        }
        long last = unit.unit().blocks() - 1;
        ByteBuffer data = ByteBuffer.allocate(8);
        data.putInt((int) Math.min(last, MAX_LBA_10)).putInt(DiskUnit.BLOCK_BYTES);
        Reply.send(task, data, data.position());
    }

    static void read16(UnitNexus unit, ScsiTask task) {
        ByteBuffer data = ByteBuffer.allocate(32);
        data.putLong(unit.unit().blocks() - 1).putInt(DiskUnit.BLOCK_BYTES);
        data.put((byte) 0).put((byte) PHYSICAL_BLOCK_EXPONENT);
        if (unit.unit().lu().givesBack()) {
            data.put(LBPME_AND_LBPRZ);
        }
        data.position(32);
        Reply.send(task, data, Cdb.u32(task.cdb(), 10));
    }

    static void reportLuns(UnitNexus unit, ScsiTask task) throws CheckCondition {
        int select = Cdb.u8(task.cdb(), 2);
        if (select > 2) {
            throw CheckCondition.invalidField(2);
        }
        // 01h asks for well known logical units only, of which there are none
        int count = select == 1 ? 0 : unit.units();
        ByteBuffer data = ByteBuffer.allocate(LUNS_HEADER_BYTES + count * Long.BYTES);
        data.putInt(count * Long.BYTES).putInt(0);
        for (int lun = 0; lun < count; lun++) {
            data.putLong(LunAddress.encode(lun));
        }
        Reply.send(task, data, Cdb.u32(task.cdb(), 6));
    }
}
