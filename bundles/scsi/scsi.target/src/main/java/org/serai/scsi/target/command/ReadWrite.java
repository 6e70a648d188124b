package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockCdb;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Handler;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;

/** READ and WRITE of all lengths (SBC-3). Allocates nothing unless a transfer ends within a block. */
final class ReadWrite {
    private ReadWrite() {}

    static Handler read(BlockCdb layout) {
        return (unit, task) -> read(layout, unit.unit(), task);
    }

    static Handler write(BlockCdb layout) {
        return (unit, task) -> write(layout, unit.unit(), task);
    }

    private static void read(BlockCdb layout, DiskUnit unit, ScsiTask task) throws CheckCondition {
        long lba = layout.lba(task.cdb());
        long bytes = prepare(layout, unit, task, lba);
        ByteBuffer in = task.dataIn();
        if (layout.forceUnitAccess(task.cdb())) {
            // what a read with FUA returns has to be on the medium (SBC-3, READ (10)), so what is cached goes there
            // first
            unit.lu().flush();
        }
        int limit = in.limit();
        int length = (int) Math.min(bytes, in.remaining());
        int tail = length % DiskUnit.BLOCK_BYTES;
        long offset = lba * DiskUnit.BLOCK_BYTES;
        if (length > tail) {
            in.limit(in.position() + length - tail);
            unit.lu().read(offset, in);
            in.limit(limit);
        }
        if (tail > 0) {
            ByteBuffer block = ByteBuffer.allocateDirect(DiskUnit.BLOCK_BYTES);
            unit.lu().read(offset + length - tail, block);
            in.put(block.flip().limit(tail));
        }
    }

    /** Writes the whole blocks of what the initiator sent: less than the CDB says if it announced less. */
    private static void write(BlockCdb layout, DiskUnit unit, ScsiTask task) throws CheckCondition {
        long lba = layout.lba(task.cdb());
        long bytes = prepare(layout, unit, task, lba);
        ByteBuffer out = task.dataOut();
        int length = (int) Math.min(bytes, out.remaining());
        length -= length % DiskUnit.BLOCK_BYTES;
        if (length > 0) {
            out.limit(out.position() + length);
            unit.writing().write(lba * DiskUnit.BLOCK_BYTES, out);
        }
        if (layout.forceUnitAccess(task.cdb())) {
            unit.lu().flush();
        }
    }

    private static long prepare(BlockCdb layout, DiskUnit unit, ScsiTask task, long lba) throws CheckCondition {
        long blocks = layout.blocks(task.cdb());
        BlockRange.requireWithin(unit, lba, blocks);
        BlockRange.requireTransferable(layout, task.cdb(), blocks);
        long bytes = blocks * DiskUnit.BLOCK_BYTES;
        task.transferLength(bytes);
        return bytes;
    }
}
