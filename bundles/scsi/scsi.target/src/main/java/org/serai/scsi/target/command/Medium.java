package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockCdb;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Handler;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** Commands on the medium that look at what is there: flush, verify, start and stop. */
final class Medium {
    private static final int CHUNK_BYTES = 64 * 1024;

    private Medium() {}

    /** SYNCHRONIZE CACHE (SBC-3, 5.21 and 5.22). The range is a hint: all of the LU is flushed. IMMED may wait as well. */
    static Handler synchronizeCache(BlockCdb layout) {
        return (unit, task) -> {
            BlockRange.requireWithin(unit.unit(), layout.lba(task.cdb()), layout.blocks(task.cdb()));
            unit.unit().lu().flush();
        };
    }

    /** PRE-FETCH (SBC-3, 5.11 and 5.12): the page cache reads ahead by itself, so that the range alone is looked at. */
    static Handler preFetch(BlockCdb layout) {
        return (unit, task) -> BlockRange.requireWithin(unit.unit(), layout.lba(task.cdb()), layout.blocks(task.cdb()));
    }

    /** WRITE AND VERIFY (SBC-3, 5.39 to 5.41): what was written is read back and compared, whatever BYTCHK is. */
    static Handler writeAndVerify(BlockCdb layout) {
        Handler write = ReadWrite.write(layout);
        return (unit, task) -> {
            if ((Cdb.u8(task.cdb(), 1) >> 1 & 0x3) > 1) {
                throw CheckCondition.invalidField(1, 2);
            }
            int from = task.dataOut().position();
            write.execute(unit, task);
            int written = task.dataOut().position() - from;
            // From the medium: what is cached goes there first.
            unit.unit().lu().flush();
            task.dataOut().position(from);
            long offset = layout.lba(task.cdb()) * DiskUnit.BLOCK_BYTES;
            read(unit.unit(), offset, written, (chunk, done) -> compare(chunk, task.dataOut(), done));
        };
    }

    /** VERIFY (SBC-3, 5.24 to 5.26): BYTCHK 00b reads the blocks, 01b compares them with the data-out. */
    static Handler verify(BlockCdb layout) {
        return (unit, task) -> verify(layout, unit.unit(), task);
    }

    private static void verify(BlockCdb layout, DiskUnit unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        int byteCheck = Cdb.u8(cdb, 1) >> 1 & 0x3;
        if (byteCheck > 1) {
            throw CheckCondition.invalidField(1, 2);
        }
        long lba = layout.lba(cdb);
        long blocks = layout.blocks(cdb);
        BlockRange.requireWithin(unit, lba, blocks);
        BlockRange.requireTransferable(layout, cdb, blocks);
        long bytes = blocks * DiskUnit.BLOCK_BYTES;
        boolean compare = byteCheck == 1;
        if (compare) {
            task.transferLength(bytes);
            bytes = Math.min(bytes, task.dataOut().remaining());
            bytes -= bytes % DiskUnit.BLOCK_BYTES;
        }
        read(unit, lba * DiskUnit.BLOCK_BYTES, bytes, (chunk, done) -> {
            if (compare) {
                compare(chunk, task.dataOut(), done);
            }
        });
    }

    /** What is done with each piece that was read. */
    private interface Piece {
        void read(ByteBuffer chunk, long done) throws CheckCondition;
    }

    private static void read(DiskUnit unit, long offset, long bytes, Piece piece) throws CheckCondition {
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, bytes));
        for (long done = 0; done < bytes; done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
            unit.lu().read(offset + done, chunk);
            piece.read(chunk.flip(), done);
        }
    }

    private static void compare(ByteBuffer read, ByteBuffer out, long done) throws CheckCondition {
        ByteBuffer expected = out.slice(out.position(), read.remaining());
        out.position(out.position() + read.remaining());
        int at = read.mismatch(expected);
        if (at >= 0) {
            throw CheckCondition.at(SenseCode.MISCOMPARE_DURING_VERIFY, done + at);
        }
    }

    /** START STOP UNIT (SBC-3, 5.20) without power conditions: a stop flushes unless NO_FLUSH says otherwise. */
    static void startStop(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.u8(cdb, 4) >> 4 != 0) {
            throw CheckCondition.invalidField(4, 7);
        }
        if (Cdb.bit(cdb, 4, 1)) {
            // LOEJ: the medium is not removable
            throw CheckCondition.invalidField(4, 1);
        }
        boolean start = Cdb.bit(cdb, 4, 0);
        if (!start && !Cdb.bit(cdb, 4, 2)) {
            unit.unit().lu().flush();
        }
        unit.unit().stopped(!start);
    }

    /** TEST UNIT READY (SPC-4, 6.47): the state has been looked at before. */
    static void testReady(UnitNexus unit, ScsiTask task) {
        // nothing is left to look at
    }
}
