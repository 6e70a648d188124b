package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockCdb;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Handler;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** WRITE SAME (SBC-3): one block of data-out for a range; zeros need not be written one by one. */
final class WriteSame {
    /** MAXIMUM WRITE SAME LENGTH (SBC-3, block limits VPD page). */
    static final long MAX_BLOCKS = (16L << 20) / DiskUnit.BLOCK_BYTES;

    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int UNMAP = 3;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(DiskUnit.BLOCK_BYTES);

    private WriteSame() {}

    static Handler of(BlockCdb layout) {
        return (nexus, task) -> execute(layout, nexus.unit(), task);
    }

    private static void execute(BlockCdb layout, DiskUnit unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        boolean withoutData = layout == BlockCdb.SIXTEEN && Cdb.bit(cdb, 1, 0);
        requireFlags(layout, cdb);
        if (Cdb.bit(cdb, 1, UNMAP) && !unit.lu().givesBack()) {
            // LBPWS and LBPWS10 are zero then
            throw CheckCondition.invalidField(1, UNMAP);
        }
        long lba = layout.lba(cdb);
        long blocks = layout.blocks(cdb);
        BlockRange.requireWithin(unit, lba, blocks);
        if (blocks == 0 || blocks > MAX_BLOCKS) {
            // WSNZ is one: zero does not mean "to the end"
            throw CheckCondition.invalidField(layout == BlockCdb.TEN ? 7 : 10);
        }
        if (task.dataOut().remaining() != (withoutData ? 0 : DiskUnit.BLOCK_BYTES)) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        ByteBuffer block = ZEROS;
        if (!withoutData) {
            task.transferLength(DiskUnit.BLOCK_BYTES);
            block = task.dataOut().slice().limit(DiskUnit.BLOCK_BYTES);
        }
        boolean unmap = Cdb.bit(cdb, 1, UNMAP);
        if (block.mismatch(ZEROS) < 0) {
            unit.writing().writeZeroes(lba, blocks, unmap);
        } else {
            fill(unit, lba, blocks, block);
        }
    }

    private static void requireFlags(BlockCdb layout, byte[] cdb) throws CheckCondition {
        if (layout.protect(cdb) != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        if (Cdb.bit(cdb, 1, 4)) {
            // ANCHOR: there is no anchored state
            throw CheckCondition.invalidField(1, 4);
        }
        for (int obsolete = 1; obsolete <= 2; obsolete++) {
            if (Cdb.bit(cdb, 1, obsolete)) {
                throw CheckCondition.invalidField(1, obsolete);
            }
        }
    }

    private static void fill(DiskUnit unit, long lba, long blocks, ByteBuffer block) {
        long bytes = blocks * DiskUnit.BLOCK_BYTES;
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, bytes));
        while (chunk.hasRemaining()) {
            chunk.put(block.duplicate());
        }
        for (long done = 0; done < bytes; done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
            unit.writing().write(lba * DiskUnit.BLOCK_BYTES + done, chunk);
        }
    }
}
