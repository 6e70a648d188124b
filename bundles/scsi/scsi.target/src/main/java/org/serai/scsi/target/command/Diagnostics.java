package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a disk is asked about its health and its abilities, apart from the log. */
final class Diagnostics {
    private static final Logger LOG = LoggerFactory.getLogger(Diagnostics.class);
    private static final int DEFAULT_SELF_TEST = 2;
    private static final int TASK_MANAGEMENT_BYTES = 4;
    private static final int TASK_MANAGEMENT_EXTENDED_BYTES = 16;

    /** ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET, target reset. */
    private static final byte FUNCTIONS = (byte) 0xDA;

    private static final int ALL_LISTS_AND_FORMATS = 0x1F;

    private Diagnostics() {}

    /**
     * SEND DIAGNOSTIC (SPC-4): the default self-test reads the first and the last block and flushes. There is no diagnostic
     * page, and no self-test in the background.
     */
    static void selfTest(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.u8(cdb, 1) >> 5 != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        if (Cdb.u16(cdb, 3) != 0) {
            throw CheckCondition.invalidField(3);
        }
        if (Cdb.bit(cdb, 1, DEFAULT_SELF_TEST)) {
            selfTest(nexus.unit());
        }
    }

    private static void selfTest(DiskUnit unit) throws CheckCondition {
        try {
            ByteBuffer block = ByteBuffer.allocateDirect(DiskUnit.BLOCK_BYTES);
            unit.lu().read(0, block);
            unit.lu().read((unit.blocks() - 1) * DiskUnit.BLOCK_BYTES, block.clear());
            if (!unit.lu().isReadOnly()) {
                unit.lu().flush();
            }
        } catch (SeraiException failed) {
            if (failed.code().category() == Category.RETRY) {
                throw failed;
            }
            LOG.warn("LU {} fails its self-test: {}", unit.disk().name(), failed.getMessage());
            throw CheckCondition.of(SenseCode.LOGICAL_UNIT_FAILED_SELF_TEST);
        }
    }

    /** REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4). */
    static void taskManagement(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        long allocation = Cdb.u32(cdb, 6);
        if (allocation < TASK_MANAGEMENT_BYTES) {
            throw CheckCondition.invalidField(6);
        }
        boolean extended = Cdb.bit(cdb, 2, 7);
        ByteBuffer data = ByteBuffer.allocate(extended ? TASK_MANAGEMENT_EXTENDED_BYTES : TASK_MANAGEMENT_BYTES);
        data.put(0, FUNCTIONS);
        if (extended) {
            // without time-outs: TMFTMOV is zero
            data.put(3, (byte) (TASK_MANAGEMENT_EXTENDED_BYTES - TASK_MANAGEMENT_BYTES));
        }
        Reply.send(task, data.position(data.limit()), allocation);
    }

    /** READ DEFECT DATA(10) (SBC-3): the lists are empty, in whatever format they are asked for. */
    static void defects10(UnitNexus unit, ScsiTask task) {
        ByteBuffer data = ByteBuffer.allocate(4);
        data.put(1, (byte) (Cdb.u8(task.cdb(), 2) & ALL_LISTS_AND_FORMATS));
        Reply.send(task, data.position(4), Cdb.u16(task.cdb(), 7));
    }

    /** READ DEFECT DATA(12) (SBC-3, 5.18), as (10). */
    static void defects12(UnitNexus unit, ScsiTask task) {
        ByteBuffer data = ByteBuffer.allocate(8);
        data.put(1, (byte) (Cdb.u8(task.cdb(), 1) & ALL_LISTS_AND_FORMATS));
        Reply.send(task, data.position(8), Cdb.u32(task.cdb(), 6));
    }
}
