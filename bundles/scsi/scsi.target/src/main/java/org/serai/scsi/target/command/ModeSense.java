package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** MODE SENSE (SPC-4, 6.13 and 6.14): caching and control mode page, none changeable. */
final class ModeSense {
    private static final int CACHING = 0x08;
    private static final int CONTROL = 0x0A;
    private static final int ALL_PAGES = 0x3F;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int CHANGEABLE_VALUES = 1;
    private static final int SAVED_VALUES = 3;
    private static final byte DPO_AND_FUA = 0x10;
    private static final int WRITE_PROTECTED = 0x80;
    private static final byte WRITE_CACHE_ENABLED = 0x04;
    private static final byte UNRESTRICTED_REORDERING = 0x10;
    private static final int MAX_BYTES = 64;

    private ModeSense() {}

    static void six(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        ByteBuffer data = ByteBuffer.allocate(MAX_BYTES).position(4);
        boolean descriptor = !Cdb.bit(cdb, 1, 3);
        if (descriptor) {
            shortDescriptor(unit.unit(), data);
        }
        pages(cdb, data);
        data.put(0, (byte) (data.position() - 1))
                .put(2, deviceSpecific(unit.unit()))
                .put(3, (byte) (descriptor ? 8 : 0));
        Reply.send(task, data, Cdb.u8(cdb, 4));
    }

    static void ten(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        ByteBuffer data = ByteBuffer.allocate(MAX_BYTES).position(8);
        boolean descriptor = !Cdb.bit(cdb, 1, 3);
        boolean isLong = Cdb.bit(cdb, 1, 4);
        if (descriptor && isLong) {
            data.putLong(unit.unit().blocks()).putInt(0).putInt(DiskUnit.BLOCK_BYTES);
        } else if (descriptor) {
            shortDescriptor(unit.unit(), data);
        }
        int descriptorBytes = data.position() - 8;
        pages(cdb, data);
        data.putShort(0, (short) (data.position() - 2)).put(3, deviceSpecific(unit.unit()));
        data.put(4, (byte) (descriptorBytes == 16 ? 1 : 0)).putShort(6, (short) descriptorBytes);
        Reply.send(task, data, Cdb.u16(cdb, 7));
    }

    /** SBC-3, 6.4.1. */
    private static byte deviceSpecific(DiskUnit unit) {
        return (byte) (unit.lu().isReadOnly() ? WRITE_PROTECTED | DPO_AND_FUA : DPO_AND_FUA);
    }

    /** SBC-3, 6.4.2.2: a number of blocks that does not fit is written as all ones. */
    private static void shortDescriptor(DiskUnit unit, ByteBuffer data) {
        data.putInt((int) Math.min(unit.blocks(), 0xFFFF_FFFFL)).putInt(DiskUnit.BLOCK_BYTES);
    }

    private static void pages(byte[] cdb, ByteBuffer data) throws CheckCondition {
        int control = Cdb.u8(cdb, 2) >> 6;
        int page = Cdb.u8(cdb, 2) & 0x3F;
        int subpage = Cdb.u8(cdb, 3);
        if (control == SAVED_VALUES) {
            throw CheckCondition.of(SenseCode.SAVING_PARAMETERS_NOT_SUPPORTED);
        }
        if (subpage != 0 && subpage != ALL_SUBPAGES) {
            throw CheckCondition.invalidField(3);
        }
        if (page != CACHING && page != CONTROL && page != ALL_PAGES) {
            throw CheckCondition.invalidField(2, 5);
        }
        boolean values = control != CHANGEABLE_VALUES;
        if (page == CACHING || page == ALL_PAGES) {
            int at = begin(data, CACHING, 0x12);
            data.put(at + 2, values ? WRITE_CACHE_ENABLED : 0);
        }
        if (page == CONTROL || page == ALL_PAGES) {
            int at = begin(data, CONTROL, 0x0A);
            data.put(at + 3, values ? UNRESTRICTED_REORDERING : 0);
        }
    }

    private static int begin(ByteBuffer data, int code, int length) {
        int at = data.position();
        data.put((byte) code).put((byte) length).position(at + 2 + length);
        return at;
    }
}
