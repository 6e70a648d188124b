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

    private static final int ALL_BLOCKS_CHECK = 1;
    private static final int RESERVED_BYTE_CHECK = 2;
    private static final int ONE_BLOCK_CHECK = 3;

    private Medium() {}

    /** SYNCHRONIZE CACHE (SBC-3). The range is a hint: all of the LU is flushed. IMMED may wait as well. */
    static Handler synchronizeCache(BlockCdb layout) {
        return (unit, task) -> {
            BlockRange.requireWithin(unit.unit(), layout.lba(task.cdb()), layout.blocks(task.cdb()));
            unit.unit().lu().flush();
        };
    }

    /** PRE-FETCH (SBC-3): the page cache reads ahead by itself, so that the range alone is looked at. */
    static Handler preFetch(BlockCdb layout) {
        return (unit, task) -> BlockRange.requireWithin(unit.unit(), layout.lba(task.cdb()), layout.blocks(task.cdb()));
    }

    /** WRITE AND VERIFY (SBC-3): what was written is read back and compared, whatever BYTCHK is. */
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

    /** VERIFY (SBC-3): BYTCHK 00b reads the blocks, 01b compares them with the data-out, 11b with one block. */
    static Handler verify(BlockCdb layout) {
        return (unit, task) -> verify(layout, unit.unit(), task);
    }

    private static void verify(BlockCdb layout, DiskUnit unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        int byteCheck = Cdb.u8(cdb, 1) >> 1 & 0x3;
        if (byteCheck == RESERVED_BYTE_CHECK) {
            throw CheckCondition.invalidField(1, 2);
        }
        long lba = layout.lba(cdb);
        long blocks = layout.blocks(cdb);
        BlockRange.requireWithin(unit, lba, blocks);
        BlockRange.requireTransferable(layout, cdb, blocks);
        long bytes = blocks * DiskUnit.BLOCK_BYTES;
        switch (byteCheck) {
            case ALL_BLOCKS_CHECK -> {
                task.transferLength(bytes);
                long sent = Math.min(bytes, task.dataOut().remaining());
                compareAll(unit, lba, sent - sent % DiskUnit.BLOCK_BYTES, task.dataOut());
            }
            case ONE_BLOCK_CHECK -> compareOne(unit, lba, bytes, task);
            default ->
                read(unit, lba * DiskUnit.BLOCK_BYTES, bytes, (chunk, done) -> {
                    // that it can be read is all that is asked
                });
        }
    }

    private static void compareAll(DiskUnit unit, long lba, long bytes, ByteBuffer out) throws CheckCondition {
        read(unit, lba * DiskUnit.BLOCK_BYTES, bytes, (chunk, done) -> compare(chunk, out, done));
    }

    private static void compareOne(DiskUnit unit, long lba, long bytes, ScsiTask task) throws CheckCondition {
        int length = bytes == 0 ? 0 : DiskUnit.BLOCK_BYTES;
        task.transferLength(length);
        if (task.dataOut().remaining() < length) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        int start = task.dataOut().position();
        read(unit, lba * DiskUnit.BLOCK_BYTES, bytes, (chunk, done) -> {
            for (int at = 0; at < chunk.limit(); at += DiskUnit.BLOCK_BYTES) {
                compare(chunk.slice(at, DiskUnit.BLOCK_BYTES), task.dataOut().position(start), done + at);
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

    /** START STOP UNIT (SBC-3) without power conditions: a stop flushes unless NO_FLUSH says otherwise. */
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

    /** Whether a START STOP UNIT starts and does nothing else, which no reservation is in the way of (SBC-3). */
    static boolean startsOnly(byte[] cdb) {
        return Cdb.bit(cdb, 4, 0) && Cdb.u8(cdb, 4) >> 4 == 0;
    }

    /** TEST UNIT READY (SPC-4): the state has been looked at before. */
    static void testReady(UnitNexus unit, ScsiTask task) {
        // nothing is left to look at
    }
}
