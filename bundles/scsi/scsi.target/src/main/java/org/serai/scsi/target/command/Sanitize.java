package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.lu.Erasure;
import org.serai.scsi.target.lu.Erasure.Operation;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * SANITIZE (SBC-3; SBC-4 for what is interrupted) and FORMAT UNIT (SBC-3). BLOCK ERASE takes all space of
 * the LU away, so that every block reads as zero and nobody gets to read what was there: space that is given again begins
 * with zeros. There is no OVERWRITE, since writing to an LU does not reach what lies under its snapshots or where its blocks
 * were before; nor CRYPTOGRAPHIC ERASE, for there is no key. Snapshots of the LU are the operator's, and stay.
 *
 * <p>Without IMMED status comes when the LU is erased durably; with IMMED when it is sure to be, whatever dies.
 */
final class Sanitize {
    private static final int IMMED = 7;
    private static final int RESERVED_BIT = 6;
    private static final int UNRESTRICTED_EXIT = 5;
    private static final int FORMAT_DATA = 4;
    private static final int LONG_LIST = 5;
    private static final int FORMAT_IMMED = 0x02;
    private static final int SHORT_HEADER_BYTES = 4;
    private static final int LONG_HEADER_BYTES = 8;

    private Sanitize() {}

    static void blockErase(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        requireNoParameters(cdb);
        Operation begun = nexus.unit().erasure().sanitize(Cdb.bit(cdb, 1, UNRESTRICTED_EXIT));
        if (Cdb.bit(cdb, 1, IMMED)) {
            begun.awaitKept(task::isAborted);
        } else {
            begun.awaitEnd(task::isAborted);
        }
    }

    static void exitFailureMode(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        requireNoParameters(task.cdb());
        if (!nexus.unit().erasure().leaveFailure()) {
            throw CheckCondition.invalidField(1, 4);
        }
    }

    private static void requireNoParameters(byte[] cdb) throws CheckCondition {
        if (Cdb.bit(cdb, 1, RESERVED_BIT)) {
            throw CheckCondition.invalidField(1, RESERVED_BIT);
        }
        for (int at = 2; at < 7; at++) {
            if (cdb[at] != 0) {
                throw CheckCondition.invalidField(at);
            }
        }
        if (Cdb.u16(cdb, 7) != 0) {
            throw CheckCondition.invalidField(7);
        }
    }

    /** FORMAT UNIT: without protection information and without lists of defects; what was there is gone. */
    static void format(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.u8(cdb, 1) >> 6 != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        if ((cdb[1] & 0x07) != 0) {
            // DEFECT LIST FORMAT: there are no defects to list
            throw CheckCondition.invalidField(1, 2);
        }
        boolean immediately = false;
        if (Cdb.bit(cdb, 1, FORMAT_DATA)) {
            requireEmptyLists(task, Cdb.bit(cdb, 1, LONG_LIST));
            ByteBuffer list = task.dataOut();
            immediately = (list.get(list.position() + 1) & FORMAT_IMMED) != 0;
        }
        Erasure erasure = nexus.unit().erasure();
        if (immediately) {
            erasure.format(Optional.empty()).awaitKept(task::isAborted);
        } else {
            erasure.format(Optional.of(nexus)).awaitEnd(task::isAborted);
        }
    }

    private static void requireEmptyLists(ScsiTask task, boolean longList) throws CheckCondition {
        int header = longList ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
        task.transferLength(header);
        if (task.dataOut().remaining() < header) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        int start = task.dataOut().position();
        if ((task.dataOut().get(start) & 0x07) != 0) {
            throw CheckCondition.invalidParameter(0);
        }
        if ((task.dataOut().get(start + 1) & 0x08) != 0) {
            // an initialization pattern
            throw CheckCondition.invalidParameter(1);
        }
        for (int at = longList ? 4 : 2; at < header; at++) {
            if (task.dataOut().get(start + at) != 0) {
                throw CheckCondition.invalidParameter(at);
            }
        }
    }
}
