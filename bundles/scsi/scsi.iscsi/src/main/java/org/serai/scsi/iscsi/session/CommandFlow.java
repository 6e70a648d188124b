package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.spi.ScsiTask;

/**
 * SCSI commands of a connection and their data. A command that has all its data is executed at once, by the connection's
 * thread; one that waits for data-out has a place among the waiting ones. Allocates nothing once its buffers are there.
 */
final class CommandFlow {
    private static final int FINAL = 0x80;
    private static final int READS = 0x40;
    private static final int WRITES = 0x20;
    private static final int ATTRIBUTE = 0x07;
    private static final int HEAD_OF_QUEUE = 3;
    private static final int STATUS_TASK_SET_FULL = 0x28;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final Parameters parameters;
    private final PduReader reader;
    private final Replies replies;
    private final Rejects rejects;
    private final DataBuffers buffers;
    private final LongCommands besides;
    private final Execution execution;
    private final ScsiTask task;
    private final WaitingCommands waiting;
    private int lastTransferTag;

    CommandFlow(
            Parameters parameters,
            PduReader reader,
            WaitingCommands waiting,
            Replies replies,
            Rejects rejects,
            DataBuffers buffers,
            LongCommands besides,
            Execution execution) {
        this.parameters = parameters;
        this.reader = reader;
        this.replies = replies;
        this.rejects = rejects;
        this.buffers = buffers;
        this.besides = besides;
        this.execution = execution;
        this.task = execution.task();
        this.waiting = waiting;
    }

    /** A SCSI Command PDU that has its place in the order of commands. */
    void command(Bhs bhs) throws IOException {
        int itt = bhs.itt();
        int expected = bhs.i32(20);
        int sent = bhs.dataBytes();
        boolean writes = bhs.flag(WRITES);
        if (itt == Bhs.NO_TAG) {
            rejects.reject(bhs, Rejects.INVALID_PDU_FIELD);
            return;
        }
        if (waiting.find(itt) != null || besides.has(itt)) {
            rejects.reject(bhs, Rejects.TASK_IN_PROGRESS);
            return;
        }
        ExtendedCdb.take(bhs, task.cdb());
        int wanted = writes ? least(expected) : 0;
        boolean moreFollows = writes && !bhs.flag(FINAL);
        if (!reader.dataIntact()) {
            rejects.reject(bhs, Rejects.DATA_DIGEST_ERROR);
            // CRC error detected by the protocol service
            replies.aborted(itt, task, expected, 0x47, 0x05);
        } else if ((bhs.flags() & ATTRIBUTE) > HEAD_OF_QUEUE) {
            // there is no auto contingent allegiance, so that no task can belong to one
            replies.unknownAttribute(itt, task, expected);
        } else if (sent > 0 && (!parameters.immediateData() || sent > parameters.firstBurstBytes())
                || sent > wanted
                || moreFollows && parameters.initialR2T()) {
            // unexpected unsolicited data
            replies.aborted(itt, task, expected, 0x0C, 0x0C);
        } else {
            int room = bhs.flag(READS) && !writes ? least(expected) : 0;
            boolean held = waiting.isFenced(bhs.lun());
            if (sent == wanted && !held) {
                execution.execute(itt, bhs.lun(), expected, room, sent == 0 ? NOTHING : reader.data(), 0);
            } else {
                await(waiting.add(itt, bhs.lun(), task.cdb(), expected, wanted, room, held), bhs, moreFollows);
            }
        }
    }

    /** As much of the expected data transfer length, an unsigned number, as any command transfers. */
    private static int least(int expected) {
        return (int) Math.min(Integer.toUnsignedLong(expected), ScsiTask.MAX_TRANSFER_BYTES);
    }

    private void await(WaitingCommand command, Bhs bhs, boolean moreFollows) throws IOException {
        if (command == null) {
            replies.bareStatus(bhs.itt(), task, STATUS_TASK_SET_FULL, bhs.i32(20));
            return;
        }
        command.data().put(reader.data());
        if (moreFollows && !command.complete()) {
            command.expect(Bhs.NO_TAG, Math.min(command.data().limit(), parameters.firstBurstBytes()));
        } else {
            command.burstDone(true);
            ask(command);
        }
    }

    private void ask(WaitingCommand command) throws IOException {
        while (command.asksMore()) {
            lastTransferTag = lastTransferTag % Integer.MAX_VALUE + 1;
            int from = command.asked();
            int length = Math.min(command.data().limit() - from, parameters.maxBurstBytes());
            command.expect(lastTransferTag, from + length);
            replies.r2t(command, lastTransferTag, from, length);
        }
    }

    /** A Data-Out PDU (RFC 7143, 11.7). One for a command that is not waiting any more is left alone. */
    void dataOut(Bhs bhs) throws IOException {
        WaitingCommand command = waiting.find(bhs.itt());
        if (command == null) {
            return;
        }
        if (command.isAborted()) {
            waiting.pay(command, bhs.i32(20), bhs.flag(FINAL));
            return;
        }
        ByteBuffer into = command.data();
        boolean inOrder = bhs.i32(20) == command.transferTag()
                && bhs.i32(36) == command.takeDataSn()
                && bhs.i32(40) == into.position()
                && bhs.dataBytes() <= command.burstEnd() - into.position();
        boolean last = bhs.flag(FINAL);
        // an unsolicited burst may end early; a solicited one brings exactly what was asked for
        boolean early =
                last && command.transferTag() != Bhs.NO_TAG && into.position() + bhs.dataBytes() != command.burstEnd();
        if (!inOrder || early) {
            // incorrect amount of data, or not where it belongs
            end(command, 0x0C, 0x0D);
            return;
        }
        if (!reader.dataIntact()) {
            rejects.reject(bhs, Rejects.DATA_DIGEST_ERROR);
            command.damage();
        }
        into.put(reader.data());
        if (last) {
            command.burstDone(false);
            burstDone(command);
        }
    }

    private void burstDone(WaitingCommand command) throws IOException {
        if (!command.complete()) {
            ask(command);
        } else if (!command.isHeld()) {
            completed(command);
        }
    }

    private void completed(WaitingCommand command) throws IOException {
        if (command.damaged()) {
            end(command, 0x47, 0x05);
        } else {
            execute(command);
        }
    }

    /** An abort that came while the last data was taken still counts. */
    private void execute(WaitingCommand command) throws IOException {
        waiting.abortDue();
        if (command.used()) {
            System.arraycopy(command.cdb(), 0, task.cdb(), 0, command.cdb().length);
            ByteBuffer data = waiting.release(command);
            execution.execute(
                    command.itt(),
                    command.lun(),
                    command.expectedBytes(),
                    command.room(),
                    data.flip(),
                    command.r2tCount());
            buffers.give(data);
        }
    }

    private void end(WaitingCommand command, int asc, int ascq) throws IOException {
        waiting.forget(command);
        replies.aborted(command.itt(), task, command.expectedBytes(), asc, ascq);
    }

    /**
     * Has a command forgotten without a response, as task management wants it, before the next PDU is looked at, or end if it
     * lasts; called by any thread. False if there is none with that tag.
     */
    boolean abortTaskIfThere(int itt) {
        return besides.abort(each -> each.itt() == itt) || waiting.abortLater(itt);
    }

    /** Has the commands that wait now for data of a LUN forgotten before the next PDU is looked at; called by any thread. */
    void abortLater(long lun) {
        besides.abort(each -> LunField.same(each.lun(), lun));
        waiting.abortLater(lun);
    }

    /** Has all commands forgotten that wait now. */
    void abortAllLater() {
        besides.abort(each -> true);
        waiting.abortAllLater();
    }

    /** Returns once what lasts and was aborted has ended; false if it has not after that time. */
    boolean awaitAborted(long timeoutMs) {
        return besides.awaitAborted(timeoutMs);
    }

    /** Ends commands for their own initiator, and tells whether it owes data of any of them; see {@link WaitingCommands#drain}. */
    boolean drain(Affected affected, long before) {
        besides.abort(each -> affected.includes(each.lun()));
        return waiting.drain(affected, before);
    }

    /** How many commands have come to wait so far. */
    long arrivals() {
        return waiting.arrivals();
    }

    /** Has commands that come from now on wait until {@link #lift}. */
    void fence(Affected affected) {
        waiting.fence(affected);
    }

    /** Returns when the initiator has sent all that it owes; false if nothing comes for that time. Called by any thread. */
    boolean awaitDrained(long silenceMs) {
        return waiting.awaitDrained(silenceMs);
    }

    /** Forgets what {@link #drain} has left. */
    void forgetDrained(Affected affected) {
        waiting.forgetDrained(affected);
    }

    /** Executes what has waited behind a {@link #fence}, in its order. */
    void lift(Affected affected) throws IOException {
        for (WaitingCommand each : waiting.lift(affected)) {
            if (each.used() && each.complete()) {
                completed(each);
            }
        }
    }

    /** Forgets what was aborted; looked at before each PDU. */
    void abortDue() {
        waiting.abortDue();
    }

    /** Gives all buffers back; nothing comes after. */
    void close() {
        abortAllLater();
        abortDue();
        execution.close();
        buffers.close();
    }
}
