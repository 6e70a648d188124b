package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockCdb;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * WRITE ATOMIC(16) (SBC-4): all or nothing of it is there for other commands, and after a crash or a loss of
 * power. It is done by storage, within a part of the LU that is as long as the longest one and begins at a multiple of that;
 * one that is not, or that has an atomic boundary of its own, is refused. Where storage has no such writes there is no such
 * command.
 */
final class WriteAtomic {
    /** Its operation code. */
    static final int OPCODE = 0x9C;

    private WriteAtomic() {}

    /** MAXIMUM ATOMIC TRANSFER LENGTH (SBC-4, block limits VPD page); 0 if there are no such writes. */
    static int maxBlocks(DiskUnit unit) {
        return Math.min(unit.lu().atomicBytes(), ScsiTask.MAX_TRANSFER_BYTES) / DiskUnit.BLOCK_BYTES;
    }

    static void execute(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        DiskUnit unit = nexus.unit();
        int most = maxBlocks(unit);
        if (most == 0) {
            throw CheckCondition.of(SenseCode.INVALID_COMMAND_OPERATION_CODE);
        }
        if (BlockCdb.SIXTEEN.protect(cdb) != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        long lba = Cdb.u64(cdb, 2);
        int blocks = Cdb.u16(cdb, 12);
        BlockRange.requireWithin(unit, lba, blocks);
        if (Cdb.u16(cdb, 10) != 0) {
            throw CheckCondition.invalidField(10);
        }
        if (blocks > most) {
            throw CheckCondition.invalidField(12);
        }
        if (blocks > 0 && lba / most != (lba + blocks - 1) / most) {
            throw CheckCondition.invalidField(2);
        }
        int bytes = blocks * DiskUnit.BLOCK_BYTES;
        task.transferLength(bytes);
        ByteBuffer out = task.dataOut();
        if (out.remaining() < bytes) {
            // A part of it would be no atomic write.
            throw CheckCondition.invalidField(12);
        }
        if (bytes > 0) {
            unit.writing().writeAtomically(lba * DiskUnit.BLOCK_BYTES, out.slice(out.position(), bytes));
        }
        if (BlockCdb.SIXTEEN.forceUnitAccess(cdb)) {
            unit.lu().flush();
        }
    }
}
