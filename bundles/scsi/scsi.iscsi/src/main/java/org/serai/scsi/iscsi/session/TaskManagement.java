package org.serai.scsi.iscsi.session;

import java.io.IOException;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.Nexus.TaskManagementResponse;

/**
 * Task management requests (RFC 7143, 11.5). When one is looked at no command of the connection is executing: those that
 * were received before are answered, or wait for data.
 */
final class TaskManagement {
    private static final int FINAL = 0x80;
    private static final int FUNCTION_COMPLETE = 0;
    private static final int TASK_DOES_NOT_EXIST = 1;
    private static final int LUN_DOES_NOT_EXIST = 2;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;

    private final Nexus nexus;
    private final CommandFlow commands;
    private final PduWriter writer;
    private final Replies replies;

    TaskManagement(Nexus nexus, CommandFlow commands, PduWriter writer, Replies replies) {
        this.nexus = nexus;
        this.commands = commands;
        this.writer = writer;
        this.replies = replies;
    }

    void request(Bhs bhs) throws IOException {
        int response = switch (bhs.flags() & 0x7F) {
            case 1 -> abortTask(bhs);
            case 2 -> manage(TaskManagementFunction.ABORT_TASK_SET, bhs.lun());
            case 4 -> manage(TaskManagementFunction.CLEAR_TASK_SET, bhs.lun());
            case 5 -> manage(TaskManagementFunction.LOGICAL_UNIT_RESET, bhs.lun());
            case 6 -> manage(TaskManagementFunction.TARGET_RESET, bhs.lun());
            default -> NOT_SUPPORTED;
        };
        int at = writer.begin(Opcode.TASK_MANAGEMENT_RESPONSE, FINAL, 0);
        writer.buffer().put(at + 2, (byte) response).putInt(at + 16, bhs.itt());
        replies.status(at);
        writer.end(0);
    }

    private int abortTask(Bhs bhs) {
        int response = code(nexus.manage(TaskManagementFunction.ABORT_TASK, bhs.lun()));
        if (response == FUNCTION_COMPLETE && !commands.abort(bhs.i32(20))) {
            return TASK_DOES_NOT_EXIST;
        }
        return response;
    }

    private int manage(TaskManagementFunction function, long lun) {
        int response = code(nexus.manage(function, lun));
        if (response == FUNCTION_COMPLETE) {
            if (function == TaskManagementFunction.TARGET_RESET) {
                commands.abortAll();
            } else {
                commands.abortAll(lun);
            }
        }
        return response;
    }

    private static int code(TaskManagementResponse response) {
        return switch (response) {
            case COMPLETE -> FUNCTION_COMPLETE;
            case INCORRECT_LUN -> LUN_DOES_NOT_EXIST;
            case REJECTED -> REJECTED;
        };
    }
}
