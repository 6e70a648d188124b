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

/** Commands that read and write blocks while nobody else writes the LU: COMPARE AND WRITE and ORWRITE. */
final class AtomicUpdate {
    /** MAXIMUM COMPARE AND WRITE LENGTH (SBC-3, block limits VPD page). */
    static final int MAX_COMPARE_BLOCKS = 255;

    private AtomicUpdate() {}

    /** COMPARE AND WRITE (SBC-3): writes the second half of the data-out if the first is what is there. */
    static void compareAndWrite(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        DiskUnit unit = nexus.unit();
        if (BlockCdb.SIXTEEN.protect(cdb) != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        long lba = Cdb.u64(cdb, 2);
        int blocks = Cdb.u8(cdb, 13);
        BlockRange.requireWithin(unit, lba, blocks);
        int half = blocks * DiskUnit.BLOCK_BYTES;
        task.transferLength(2L * half);
        ByteBuffer out = task.dataOut();
        if (out.remaining() != 2 * half) {
            // What comes beside the number of blocks is what the initiator means: neither is then to be believed.
            throw CheckCondition.invalidField(13);
        }
        if (blocks == 0) {
            return;
        }
        ByteBuffer expected = out.slice(out.position(), half);
        ByteBuffer wanted = out.slice(out.position() + half, half);
        ByteBuffer found = ByteBuffer.allocateDirect(half);
        int differs = unit.writing().alone(() -> {
            unit.lu().read(lba * DiskUnit.BLOCK_BYTES, found);
            int at = found.flip().mismatch(expected);
            if (at < 0) {
                unit.lu().write(lba * DiskUnit.BLOCK_BYTES, wanted);
            }
            return at;
        });
        if (differs >= 0) {
            throw CheckCondition.at(SenseCode.MISCOMPARE_DURING_VERIFY, differs);
        }
        if (BlockCdb.SIXTEEN.forceUnitAccess(cdb)) {
            unit.lu().flush();
        }
    }

    /** ORWRITE(16) (SBC-3): sets the bits that are set in the data-out. */
    static void orWrite(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        DiskUnit unit = nexus.unit();
        long lba = BlockCdb.SIXTEEN.lba(cdb);
        long blocks = BlockCdb.SIXTEEN.blocks(cdb);
        BlockRange.requireWithin(unit, lba, blocks);
        BlockRange.requireTransferable(BlockCdb.SIXTEEN, cdb, blocks);
        task.transferLength(blocks * DiskUnit.BLOCK_BYTES);
        ByteBuffer out = task.dataOut();
        int bytes = (int) Math.min(blocks * DiskUnit.BLOCK_BYTES, out.remaining());
        bytes -= bytes % DiskUnit.BLOCK_BYTES;
        ByteBuffer found = ByteBuffer.allocateDirect(bytes);
        unit.writing().alone(() -> {
            unit.lu().read(lba * DiskUnit.BLOCK_BYTES, found);
            for (int at = 0; at < found.limit(); at += Long.BYTES) {
                found.putLong(at, found.getLong(at) | out.getLong(out.position() + at));
            }
            unit.lu().write(lba * DiskUnit.BLOCK_BYTES, found.flip());
            return found.limit();
        });
        if (BlockCdb.SIXTEEN.forceUnitAccess(cdb)) {
            unit.lu().flush();
        }
    }
}
