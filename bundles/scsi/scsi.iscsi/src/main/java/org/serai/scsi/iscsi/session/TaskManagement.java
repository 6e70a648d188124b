package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.util.List;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.Nexus.TaskManagementResponse;

/**
 * Task management requests (RFC 7143, 11.5). When one is looked at no command of the connection is executing: those that
 * were received before are answered, or wait for data. What the session's other connections have received before is
 * answered before the request is (4.2.3.3, and the response fence of 4.2.2.3.2).
 *
 * <p>Data that an aborted command asked for may still come; it is dropped, since its tag is not used again.
 */
final class TaskManagement {
    private static final int FINAL = 0x80;
    private static final int FUNCTION_COMPLETE = 0;
    private static final int TASK_DOES_NOT_EXIST = 1;
    private static final int LUN_DOES_NOT_EXIST = 2;
    private static final int REASSIGNMENT_NOT_SUPPORTED = 4;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;
    private static final int COLD_RESET = 7;

    /** How long what others have received may take. */
    private static final long OTHERS_MS = 10_000;

    /** How long an aborted command that lasts may take to end. */
    private static final long ABORT_MS = 10_000;

    private final Nexus nexus;
    private final Session session;
    private final int cid;
    private final CommandFlow commands;
    private final PduWriter writer;
    private final Replies replies;

    TaskManagement(Nexus nexus, Session session, int cid, CommandFlow commands, PduWriter writer, Replies replies) {
        this.nexus = nexus;
        this.session = session;
        this.cid = cid;
        this.commands = commands;
        this.writer = writer;
        this.replies = replies;
    }

    void request(Bhs bhs) throws IOException {
        int function = bhs.flags() & 0x7F;
        int itt = bhs.itt();
        int response = switch (function) {
            case 1 -> abortTask(bhs.lun(), bhs.i32(20));
            case 2 -> manage(TaskManagementFunction.ABORT_TASK_SET, bhs.lun());
            case 4 -> manage(TaskManagementFunction.CLEAR_TASK_SET, bhs.lun());
            case 5 -> manage(TaskManagementFunction.LOGICAL_UNIT_RESET, bhs.lun());
            case 6, COLD_RESET -> manage(TaskManagementFunction.TARGET_RESET, bhs.lun());
            case 8 -> REASSIGNMENT_NOT_SUPPORTED;
            default -> NOT_SUPPORTED;
        };
        int at = writer.begin(Opcode.TASK_MANAGEMENT_RESPONSE, FINAL, 0);
        writer.buffer().put(at + 2, (byte) response).putInt(at + 16, itt);
        replies.status(at);
        writer.end(0);
        if (function == COLD_RESET) {
            // a cold reset ends all sessions of the nexus (RFC 7143, 11.5.1); the initiator hears of it first
            writer.flush();
            session.close();
        }
    }

    private int abortTask(long lun, int tag) throws IOException {
        int response = code(nexus.manage(TaskManagementFunction.ABORT_TASK, lun));
        if (response != FUNCTION_COMPLETE) {
            return response;
        }
        if (commands.abortTaskIfThere(tag)) {
            return ended(List.of());
        }
        List<Link> others = awaitOthers();
        return others.stream().anyMatch(link -> link.abortTask(tag)) ? ended(others) : TASK_DOES_NOT_EXIST;
    }

    /** What was aborted and lasts has no effect any more when the response is sent; where it does not end, the function is rejected. */
    private int ended(List<Link> others) throws IOException {
        writer.flush();
        boolean ended = commands.awaitAborted(ABORT_MS);
        for (Link each : others) {
            ended &= each.awaitAborted(ABORT_MS);
        }
        return ended ? FUNCTION_COMPLETE : REJECTED;
    }

    private int manage(TaskManagementFunction function, long lun) throws IOException {
        boolean all = function == TaskManagementFunction.TARGET_RESET;
        List<Link> others = awaitOthers();
        int response = code(nexus.manage(function, lun));
        if (response == FUNCTION_COMPLETE) {
            if (all) {
                commands.abortAllLater();
                others.forEach(Link::abortAll);
            } else {
                commands.abortLater(lun);
                others.forEach(link -> link.abort(lun));
            }
            return ended(others);
        }
        return response;
    }

    private List<Link> awaitOthers() throws IOException {
        List<Link> others =
                session.links().stream().filter(link -> link.cid() != cid).toList();
        if (!others.isEmpty()) {
            // one of them may wait for this one in the same way
            writer.flush();
        }
        others.forEach(link -> link.awaitIdle(OTHERS_MS));
        return others;
    }

    private static int code(TaskManagementResponse response) {
        return switch (response) {
            case COMPLETE -> FUNCTION_COMPLETE;
            case INCORRECT_LUN -> LUN_DOES_NOT_EXIST;
            case REJECTED -> REJECTED;
        };
    }
}
