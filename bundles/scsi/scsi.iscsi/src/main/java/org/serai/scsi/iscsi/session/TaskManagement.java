package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
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
 * <p>A function that ends several tasks waits for the data that the initiator was asked for (4.2.3.3): on a thread of its own,
 * while the connection goes on. Commands for the same LUN that come meanwhile wait for its response, and so do further
 * requests. Initiators that send nothing for an aborted task, as Linux does with its FastAbort, are not waited for longer
 * than {@link #SILENCE_MS}. Data of a single aborted task may come or not; it is dropped, since its tag is not used again.
 */
final class TaskManagement {
    /** How long no data comes that is owed, until it is taken for data that does not come. */
    static final long SILENCE_MS = 2_000;

    /** How many requests wait for one before them; further ones are rejected. */
    static final int MAX_QUEUED = 16;

    private static final int FINAL = 0x80;
    private static final int FUNCTION_COMPLETE = 0;
    private static final int TASK_DOES_NOT_EXIST = 1;
    private static final int LUN_DOES_NOT_EXIST = 2;
    private static final int REASSIGNMENT_NOT_SUPPORTED = 4;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;

    /** How long what others have received may take. */
    private static final long OTHERS_MS = 10_000;

    /** How long an aborted command that lasts may take to end. */
    private static final long ABORT_MS = 10_000;

    private final Nexus nexus;
    private final Session session;
    private final int cid;
    private final CommandFlow commands;
    private final Besides besides;
    private final PduWriter writer;
    private final Replies replies;
    private final Queue<Request> queue = new ArrayDeque<>();
    private boolean underWay;

    TaskManagement(
            Nexus nexus,
            Session session,
            int cid,
            CommandFlow commands,
            Besides besides,
            PduWriter writer,
            Replies replies) {
        this.nexus = nexus;
        this.session = session;
        this.cid = cid;
        this.commands = commands;
        this.besides = besides;
        this.writer = writer;
        this.replies = replies;
    }

    /**
     * What is needed of a request's PDU.
     *
     * @param before how many commands had come to wait when it came
     */
    private record Request(int itt, int function, long lun, int tag, long before) {
        boolean endsSeveral() {
            return several() != null;
        }

        /** What is asked of the nexus, or null for what does not end several tasks. */
        TaskManagementFunction several() {
            return switch (function) {
                case 2 -> TaskManagementFunction.ABORT_TASK_SET;
                case 4 -> TaskManagementFunction.CLEAR_TASK_SET;
                case 5 -> TaskManagementFunction.LOGICAL_UNIT_RESET;
                case 6 -> TaskManagementFunction.TARGET_RESET;
                case 7 -> TaskManagementFunction.TARGET_COLD_RESET;
                default -> null;
            };
        }

        boolean isCold() {
            return function == 7;
        }

        Affected affected() {
            return new Affected(function == 6 || function == 7, lun);
        }
    }

    void request(Bhs bhs) throws IOException {
        var request = new Request(bhs.itt(), bhs.flags() & 0x7F, bhs.lun(), bhs.i32(20), commands.arrivals());
        if (!underWay) {
            begin(request, false);
        } else if (queue.size() < MAX_QUEUED) {
            queue.add(request);
            if (request.endsSeveral()) {
                commands.fence(request.affected());
            }
        } else {
            respond(request, REJECTED);
        }
    }

    private void begin(Request request, boolean fenced) throws IOException {
        if (request.endsSeveral()) {
            abortSeveral(request, fenced);
            return;
        }
        respond(
                request,
                switch (request.function()) {
                    case 1 -> abortTask(request.lun(), request.tag());
                    case 8 -> REASSIGNMENT_NOT_SUPPORTED;
                    default -> NOT_SUPPORTED;
                });
    }

    private void respond(Request request, int response) throws IOException {
        int at = writer.begin(Opcode.TASK_MANAGEMENT_RESPONSE, FINAL, 0);
        writer.buffer().put(at + 2, (byte) response).putInt(at + 16, request.itt());
        replies.status(at);
        writer.end(0);
    }

    private int abortTask(long lun, int tag) throws IOException {
        int response = code(nexus.manage(TaskManagementFunction.ABORT_TASK, lun));
        if (response != FUNCTION_COMPLETE) {
            return response;
        }
        if (commands.abortTaskIfThere(tag)) {
            return ended(List.of());
        }
        List<FullFeature> others = others();
        awaitOthers();
        return others.stream().anyMatch(other -> other.abortTask(tag)) ? ended(others) : TASK_DOES_NOT_EXIST;
    }

    /** What was aborted and lasts has no effect any more when the response is sent; where it does not end, the function is rejected. */
    private int ended(List<FullFeature> others) throws IOException {
        writer.flush();
        boolean ended = commands.awaitAborted(ABORT_MS);
        for (FullFeature each : others) {
            ended &= each.awaitAborted(ABORT_MS);
        }
        return ended ? FUNCTION_COMPLETE : REJECTED;
    }

    private void abortSeveral(Request request, boolean fenced) throws IOException {
        Affected affected = request.affected();
        boolean owed = commands.drain(affected, request.before());
        if (!fenced) {
            commands.fence(affected);
        }
        if (owed || session.hasOthers()) {
            underWay = true;
            if (besides.begin(() -> completeBeside(request))) {
                return;
            }
            // nobody has time to wait for what is owed
            underWay = false;
            awaitOthers();
            others().forEach(other -> other.abort(affected));
        }
        complete(request);
    }

    private void completeBeside(Request request) {
        Affected affected = request.affected();
        List<Link> links = links();
        try {
            for (Link each : links) {
                each.awaitIdle(OTHERS_MS);
                each.answer(() -> each.phase().ifPresent(of -> of.drain(affected)));
            }
            commands.awaitDrained(SILENCE_MS);
            links.forEach(each -> each.phase().ifPresent(of -> of.awaitDrained(SILENCE_MS)));
            besides.answer(() -> {
                underWay = false;
                complete(request);
                while (!underWay && !queue.isEmpty()) {
                    begin(queue.remove(), true);
                }
            });
        } catch (RuntimeException e) {
            // without a response nothing could come after it
            session.close();
            throw e;
        } finally {
            for (Link each : links) {
                each.answer(() -> {
                    if (each.phase().isPresent()) {
                        each.phase().get().lift(affected);
                    }
                });
            }
        }
    }

    private void complete(Request request) throws IOException {
        int response = code(nexus.manage(request.several(), request.lun()));
        commands.forgetDrained(request.affected());
        respond(request, response == FUNCTION_COMPLETE ? ended(others()) : response);
        if (request.isCold()) {
            // a cold reset ends all sessions (RFC 7143, 11.5.1); the initiator hears of it first
            writer.flush();
            session.close();
        }
        commands.lift(request.affected());
    }

    private List<Link> links() {
        return session.links().stream().filter(link -> link.cid() != cid).toList();
    }

    private List<FullFeature> others() {
        return links().stream().flatMap(link -> link.phase().stream()).toList();
    }

    private void awaitOthers() throws IOException {
        List<Link> others = links();
        if (!others.isEmpty()) {
            // one of them may wait for this one in the same way
            writer.flush();
        }
        others.forEach(link -> link.awaitIdle(OTHERS_MS));
    }

    private static int code(TaskManagementResponse response) {
        return switch (response) {
            case COMPLETE -> FUNCTION_COMPLETE;
            case INCORRECT_LUN -> LUN_DOES_NOT_EXIST;
            case REJECTED -> REJECTED;
        };
    }
}
