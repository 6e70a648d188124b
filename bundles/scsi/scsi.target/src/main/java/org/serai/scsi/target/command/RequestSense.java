package org.serai.scsi.target.command;

import java.util.Arrays;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.scsi.target.sense.SenseData;

/** REQUEST SENSE (SPC-4): what is pending or under way, as data; a unit attention is cleared by it. */
final class RequestSense {
    private RequestSense() {}

    static void execute(UnitNexus unit, ScsiTask task) {
        SenseCode code = unit.takeAttention();
        if (code != SenseCode.NO_SENSE) {
            send(CheckCondition.of(code), task);
            return;
        }
        boolean stopped = unit.unit().stopped();
        CheckCondition state =
                CheckCondition.of(stopped ? SenseCode.INITIALIZING_COMMAND_REQUIRED : SenseCode.NO_SENSE);
        send(unit.unit().erasure().hindrance(false, false).orElse(state), task);
    }

    static void send(CheckCondition condition, ScsiTask task) {
        byte[] sense = new byte[ScsiTask.SENSE_BYTES];
        int length = SenseData.write(condition, Cdb.bit(task.cdb(), 1, 0), sense);
        Reply.send(task, Arrays.copyOf(sense, length), Cdb.u8(task.cdb(), 4));
    }
}
