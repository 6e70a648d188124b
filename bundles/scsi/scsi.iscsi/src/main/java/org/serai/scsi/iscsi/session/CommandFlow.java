package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final int STATUS_TASK_SET_FULL = 0x28;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final Parameters parameters;
    private final PduReader reader;
    private final CommandWindow window;
    private final Replies replies;
    private final Rejects rejects;
    private final DataBuffers buffers;
    private final LongCommands besides;
    private final Execution execution;
    private final ScsiTask task;
    private final WaitingCommand[] places = new WaitingCommand[CommandWindow.SIZE];

    /** LUNs whose commands are to be forgotten. */
    private final Set<Long> abortedLuns = ConcurrentHashMap.newKeySet();

    /** Tags of commands that are to be forgotten. */
    private final Set<Integer> abortedTags = ConcurrentHashMap.newKeySet();

    private volatile boolean allAborted;
    private volatile boolean abortDue;
    private int waiting;
    private int lastTransferTag;

    CommandFlow(
            Parameters parameters,
            PduReader reader,
            CommandWindow window,
            Replies replies,
            Rejects rejects,
            DataBuffers buffers,
            LongCommands besides,
            Execution execution) {
        this.parameters = parameters;
        this.reader = reader;
        this.window = window;
        this.replies = replies;
        this.rejects = rejects;
        this.buffers = buffers;
        this.besides = besides;
        this.execution = execution;
        this.task = execution.task();
        Arrays.setAll(places, i -> new WaitingCommand(parameters.maxOutstandingR2T()));
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
        if (find(itt) != null || besides.has(itt)) {
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
        } else if (sent > 0 && (!parameters.immediateData() || sent > parameters.firstBurstBytes())
                || sent > wanted
                || moreFollows && parameters.initialR2T()) {
            // unexpected unsolicited data
            replies.aborted(itt, task, expected, 0x0C, 0x0C);
        } else if (sent == wanted) {
            ByteBuffer dataOut = sent == 0 ? NOTHING : reader.data();
            execution.execute(itt, bhs.lun(), expected, bhs.flag(READS) && !writes ? least(expected) : 0, dataOut, 0);
        } else {
            await(itt, bhs.lun(), expected, wanted, moreFollows);
        }
    }

    /** As much of the expected data transfer length, an unsigned number, as any command transfers. */
    private static int least(int expected) {
        return (int) Math.min(Integer.toUnsignedLong(expected), ScsiTask.MAX_TRANSFER_BYTES);
    }

    private void await(int itt, long lun, int expected, int wanted, boolean moreFollows) throws IOException {
        ByteBuffer data = waiting == places.length ? null : buffers.take(wanted);
        if (data == null) {
            replies.bareStatus(itt, task, STATUS_TASK_SET_FULL, expected);
            return;
        }
        WaitingCommand command = freePlace();
        command.start(itt, lun, task.cdb(), expected, data);
        data.put(reader.data());
        waiting++;
        window.waitsForData(1);
        if (moreFollows) {
            command.expect(Bhs.NO_TAG, Math.min(wanted, parameters.firstBurstBytes()));
        } else {
            command.burstDone(true);
            ask(command);
        }
    }

    private WaitingCommand freePlace() {
        for (WaitingCommand each : places) {
            if (!each.used()) {
                return each;
            }
        }
        throw new IllegalStateException("no place is free though fewer commands wait than there are places");
    }

    private WaitingCommand find(int itt) {
        if (waiting > 0) {
            for (WaitingCommand each : places) {
                if (each.used() && each.itt() == itt) {
                    return each;
                }
            }
        }
        return null;
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
        WaitingCommand command = find(bhs.itt());
        if (command == null) {
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
        } else if (command.damaged()) {
            end(command, 0x47, 0x05);
        } else {
            execute(command);
        }
    }

    /** An abort that came while the last data was taken still counts. */
    private void execute(WaitingCommand command) throws IOException {
        abortDue();
        if (command.used()) {
            System.arraycopy(command.cdb(), 0, task.cdb(), 0, command.cdb().length);
            ByteBuffer data = release(command);
            execution.execute(
                    command.itt(), command.lun(), command.expectedBytes(), 0, data.flip(), command.r2tCount());
            buffers.give(data);
        }
    }

    private ByteBuffer release(WaitingCommand command) {
        waiting--;
        window.waitsForData(-1);
        return command.free();
    }

    private void end(WaitingCommand command, int asc, int ascq) throws IOException {
        buffers.give(release(command));
        replies.aborted(command.itt(), task, command.expectedBytes(), asc, ascq);
    }

    /**
     * Has a command forgotten without a response, as task management wants it, before the next PDU is looked at, or end if it
     * lasts; called by any thread. False if there is none with that tag.
     */
    boolean abortTaskIfThere(int itt) {
        if (besides.abort(each -> each.itt() == itt)) {
            return true;
        }
        boolean waits = Arrays.stream(places).anyMatch(place -> place.used() && place.itt() == itt);
        if (waits) {
            abortedTags.add(itt);
            abortDue = true;
        }
        return waits;
    }

    /** Has the commands that wait now for data of a LUN forgotten before the next PDU is looked at; called by any thread. */
    void abortLater(long lun) {
        besides.abort(each -> LunField.same(each.lun(), lun));
        abortedLuns.add(lun);
        abortDue = true;
    }

    /** Has all commands forgotten that wait now. */
    void abortAllLater() {
        besides.abort(each -> true);
        allAborted = true;
        abortDue = true;
    }

    /** Returns once what lasts and was aborted has ended; false if it has not after that time. */
    boolean awaitAborted(long timeoutMs) {
        return besides.awaitAborted(timeoutMs);
    }

    /** Forgets what was aborted; looked at before each PDU. */
    void abortDue() {
        if (!abortDue) {
            return;
        }
        abortDue = false;
        boolean all = allAborted;
        allAborted = false;
        Set<Long> luns = Set.copyOf(abortedLuns);
        Set<Integer> tags = Set.copyOf(abortedTags);
        abortedLuns.removeAll(luns);
        abortedTags.removeAll(tags);
        for (WaitingCommand each : places) {
            if (each.used()
                    && (all
                            || luns.stream().anyMatch(lun -> LunField.same(lun, each.lun()))
                            || tags.contains(each.itt()))) {
                buffers.give(release(each));
            }
        }
    }

    /** Gives all buffers back; nothing comes after. */
    void close() {
        abortAllLater();
        abortDue();
        execution.close();
        buffers.close();
    }
}
