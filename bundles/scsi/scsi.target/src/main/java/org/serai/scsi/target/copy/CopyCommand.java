package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.lu.CopyOperation;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** EXTENDED COPY(LID1) and (LID4), and COPY OPERATION ABORT (SPC-4). */
public final class CopyCommand {
    private static final int LIST_LENGTH_AT = 10;
    private static final int LIST_ID_AT = 2;

    private CopyCommand() {}

    /** EXTENDED COPY(LID1): it is done when its status is given. */
    public static void lid1(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        Optional<ByteBuffer> list = list(task);
        if (list.isPresent()) {
            begin(nexus, task, CopyList.lid1(list.get()));
        }
    }

    /** EXTENDED COPY(LID4): with IMMED it goes on after its status. */
    public static void lid4(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        Optional<ByteBuffer> list = list(task);
        if (list.isPresent()) {
            begin(nexus, task, CopyList.lid4(list.get()));
        }
    }

    private static Optional<ByteBuffer> list(ScsiTask task) throws CheckCondition {
        long length = Cdb.u32(task.cdb(), LIST_LENGTH_AT);
        task.transferLength(length);
        if (length == 0) {
            return Optional.empty();
        }
        ByteBuffer out = task.dataOut();
        if (out.remaining() < length) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        return Optional.of(out.slice(out.position(), (int) length));
    }

    private static void begin(UnitNexus nexus, ScsiTask task, CopyList list) throws CheckCondition {
        Optional<Integer> id = list.discard() ? Optional.empty() : Optional.of(list.id());
        CopyOperation operation = nexus.copies().begin(id, Cdb.serviceAction(task.cdb()), list.immediate());
        if (!list.immediate()) {
            new ExtendedCopy(nexus, list, operation, task::isAborted).run();
            return;
        }
        ExtendedCopy copy = new ExtendedCopy(nexus, list, operation, () -> false);
        if (!nexus.peers().beside(copy::runAlone)) {
            CheckCondition failure = CheckCondition.of(SenseCode.INSUFFICIENT_RESOURCES);
            operation.end(Optional.of(failure));
            throw failure;
        }
    }

    /** COPY OPERATION ABORT: status comes when the copy has ended. */
    public static void abort(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        int id = (int) Cdb.u32(task.cdb(), LIST_ID_AT);
        CopyOperation found = nexus.copies()
                .of(id)
                .filter(each -> each.outcome().state().isUnderWay())
                .orElseThrow(() -> CheckCondition.invalidField(LIST_ID_AT));
        found.abort();
        found.awaitEnd(task::isAborted);
    }
}
