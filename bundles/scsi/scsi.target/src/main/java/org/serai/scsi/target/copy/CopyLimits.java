package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.CopyOperations;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;

/** What one EXTENDED COPY may ask for, and where that is told. */
public final class CopyLimits {
    /** MAXIMUM CSCD DESCRIPTOR COUNT. */
    static final int MAX_TARGETS = 16;

    /** MAXIMUM SEGMENT DESCRIPTOR COUNT: with segments of 32 MiB no copy lasts so long that its session is given up. */
    static final int MAX_SEGMENTS = 16;

    /** MAXIMUM DESCRIPTOR LIST LENGTH, of both lists together. */
    static final int MAX_LIST_BYTES = 4096;

    /** MAXIMUM SEGMENT LENGTH: what 16 bits of blocks are. */
    static final int MAX_SEGMENT_BYTES = 0xFFFF * DiskUnit.BLOCK_BYTES;

    /** Block device to block device. */
    static final byte BLOCK_TO_BLOCK = 0x02;

    /** Identification descriptor. */
    static final byte IDENTIFICATION = (byte) 0xE4;

    private static final byte EXTENDED_COPY = (byte) 0x83;
    private static final byte RECEIVE_COPY_RESULTS = (byte) 0x84;
    private static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(DiskUnit.BLOCK_BYTES);

    private CopyLimits() {}

    /** RECEIVE COPY OPERATING PARAMETERS (SPC-4). */
    public static void operatingParameters(UnitNexus unit, ScsiTask task) {
        ByteBuffer data = ByteBuffer.allocate(46);
        // SNLID: a list may come without an identifier
        data.putInt(0, data.limit() - 4).put(4, (byte) 1);
        data.putShort(8, (short) MAX_TARGETS).putShort(10, (short) MAX_SEGMENTS);
        data.putInt(12, MAX_LIST_BYTES).putInt(16, MAX_SEGMENT_BYTES);
        // neither inline nor held data, nor streams
        data.putShort(34, (short) CopyOperations.MAX_UNDER_WAY)
                .put(36, (byte) CopyOperations.MAX_UNDER_WAY)
                .put(37, (byte) BLOCK_SHIFT);
        data.put(43, (byte) 2).put(44, BLOCK_TO_BLOCK).put(45, IDENTIFICATION);
        Reply.send(task, data.position(data.limit()), Cdb.u32(task.cdb(), 10));
    }

    /** Third-party copy VPD page (SPC-4): its descriptors. */
    public static void thirdPartyCopy(ByteBuffer page) {
        // supported commands
        page.putShort((short) 0x0001).putShort((short) 12).put((byte) 11);
        page.put(EXTENDED_COPY).put((byte) 3).put((byte) 0).put((byte) 1).put((byte) 0x1C);
        page.put(RECEIVE_COPY_RESULTS).put((byte) 4);
        page.put((byte) 0).put((byte) 3).put((byte) 4).put((byte) 5);
        // parameter data
        page.putShort((short) 0x0004).putShort((short) 28).putInt(0);
        page.putShort((short) MAX_TARGETS).putShort((short) MAX_SEGMENTS);
        page.putInt(MAX_LIST_BYTES).putInt(0);
        page.putLong(0).putInt(0);
        // supported descriptors
        page.putShort((short) 0x0008).putShort((short) 4).put((byte) 2);
        page.put(BLOCK_TO_BLOCK).put(IDENTIFICATION).put((byte) 0);
        // general copy operations
        page.putShort((short) 0x8001).putShort((short) 32);
        page.putInt(CopyOperations.MAX_UNDER_WAY).putInt(CopyOperations.MAX_UNDER_WAY);
        page.putInt(MAX_SEGMENT_BYTES).put((byte) BLOCK_SHIFT).put((byte) 0);
        page.position(page.position() + 18);
    }
}
