package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.storage.Range;

/** Logical block provisioning (SBC-3): UNMAP and GET LBA STATUS. */
final class Provisioning {
    /** The operation code of UNMAP. */
    static final int UNMAP = 0x42;

    /** MAXIMUM UNMAP LBA COUNT (SBC-3, block limits VPD page): of one UNMAP command in all. */
    static final long MAX_UNMAP_BLOCKS = (512L << 20) / DiskUnit.BLOCK_BYTES;

    /** MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT (SBC-3, block limits VPD page). */
    static final int MAX_UNMAP_DESCRIPTORS = 256;

    private static final int HEADER_BYTES = 8;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final byte MAPPED = 0;
    private static final byte DEALLOCATED = 1;

    private Provisioning() {}

    /** UNMAP (SBC-3). Everything is looked at before the first block is given back. */
    static void unmap(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        if (!nexus.unit().lu().givesBack()) {
            throw CheckCondition.of(SenseCode.INVALID_COMMAND_OPERATION_CODE);
        }
        if (Cdb.bit(task.cdb(), 1, 0)) {
            // ANCHOR: there is no anchored state (ANC_SUP is zero)
            throw CheckCondition.invalidField(1, 0);
        }
        int length = Cdb.u16(task.cdb(), 7);
        task.transferLength(length);
        if (length == 0) {
            return;
        }
        ByteBuffer list = task.dataOut().slice();
        if (length < HEADER_BYTES || list.remaining() < HEADER_BYTES) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        int announced = Short.toUnsignedInt(list.getShort(2));
        int descriptors = Math.min(announced, Math.min(length, list.limit()) - HEADER_BYTES) / DESCRIPTOR_BYTES;
        if (descriptors > MAX_UNMAP_DESCRIPTORS) {
            throw CheckCondition.invalidParameter(2);
        }
        DiskUnit unit = nexus.unit();
        long blocks = 0;
        for (int i = 0; i < descriptors; i++) {
            blocks += blocks(list, i);
            BlockRange.requireWithin(unit, lba(list, i), blocks(list, i));
            if (blocks > MAX_UNMAP_BLOCKS) {
                throw CheckCondition.invalidParameter(HEADER_BYTES + i * DESCRIPTOR_BYTES + 8);
            }
        }
        for (int i = 0; i < descriptors; i++) {
            if (blocks(list, i) > 0) {
                unit.writing().discard(lba(list, i), blocks(list, i));
            }
        }
    }

    private static long lba(ByteBuffer list, int descriptor) {
        return list.getLong(HEADER_BYTES + descriptor * DESCRIPTOR_BYTES);
    }

    private static long blocks(ByteBuffer list, int descriptor) {
        return Integer.toUnsignedLong(list.getInt(HEADER_BYTES + descriptor * DESCRIPTOR_BYTES + 8));
    }

    /** GET LBA STATUS (SBC-3, 5.4): as many descriptors as fit, at least one. */
    static void status(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        DiskUnit unit = nexus.unit();
        long lba = Cdb.u64(task.cdb(), 2);
        BlockRange.requireWithin(unit, lba, 1);
        long allocation = Cdb.u32(task.cdb(), 10);
        long room = Math.clamp(allocation, HEADER_BYTES + DESCRIPTOR_BYTES, HEADER_BYTES + 256L * DESCRIPTOR_BYTES);
        ByteBuffer data = ByteBuffer.allocate((int) room).position(HEADER_BYTES);
        while (data.remaining() >= DESCRIPTOR_BYTES && lba < unit.blocks()) {
            Range range = unit.lu().rangeAt(lba * DiskUnit.BLOCK_BYTES);
            long blocks = Math.min(Math.max(1, range.length() / DiskUnit.BLOCK_BYTES), 0xFFFF_FFFFL);
            data.putLong(lba).putInt((int) blocks).put(range.given() ? MAPPED : DEALLOCATED);
            data.position(data.position() + 3);
            lba += blocks;
        }
        // PARAMETER DATA LENGTH does not count itself
        data.putInt(0, data.position() - 4);
        Reply.send(task, data, allocation);
    }
}
