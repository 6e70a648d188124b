package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;

/**
 * SCSI commands of a connection and their data. A command that has all its data is executed at once, by the connection's
 * thread; one that waits for data-out has a place among the waiting ones. Allocates nothing once its buffers have grown.
 */
final class CommandFlow {
    private static final int FINAL = 0x80;
    private static final int READS = 0x40;
    private static final int WRITES = 0x20;
    private static final int STATUS_TASK_SET_FULL = 0x28;
    private static final int AHS_EXTENDED_CDB = 1;
    private static final int BHS_CDB_BYTES = 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final Nexus nexus;
    private final Parameters parameters;
    private final PduReader reader;
    private final PduWriter writer;
    private final Numbering numbering;
    private final Replies replies;
    private final Rejects rejects;
    private final ScsiTask task = new ScsiTask();
    private final DataBuffers buffers = new DataBuffers();
    private final WaitingCommand[] places = new WaitingCommand[Numbering.WINDOW];

    /** LUNs whose commands another nexus aborted. */
    private final Set<Long> aborts = ConcurrentHashMap.newKeySet();

    private int waiting;
    private int lastTransferTag;

    /** Where data-in is gathered that does not go out in one PDU. */
    private ByteBuffer large = NOTHING;

    CommandFlow(
            Nexus nexus,
            Parameters parameters,
            PduReader reader,
            PduWriter writer,
            Numbering numbering,
            Replies replies,
            Rejects rejects) {
        this.nexus = nexus;
        this.parameters = parameters;
        this.reader = reader;
        this.writer = writer;
        this.numbering = numbering;
        this.replies = replies;
        this.rejects = rejects;
        Arrays.setAll(places, i -> new WaitingCommand());
    }

    /** A SCSI Command PDU that has its place in the order of commands. */
    void command(Bhs bhs) throws IOException {
        int itt = bhs.itt();
        int expected = bhs.i32(20);
        int sent = bhs.dataBytes();
        boolean writes = bhs.flag(WRITES);
        if (find(itt) != null) {
            rejects.reject(bhs, Rejects.TASK_IN_PROGRESS);
            return;
        }
        takeCdb(bhs);
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
            execute(itt, bhs.lun(), expected, bhs.flag(READS) && !writes, dataOut, 0);
        } else {
            await(itt, bhs.lun(), expected, wanted, moreFollows);
        }
    }

    /** As much of the expected data transfer length, an unsigned number, as any command transfers. */
    private static int least(int expected) {
        return (int) Math.min(Integer.toUnsignedLong(expected), ScsiTask.MAX_TRANSFER_BYTES);
    }

    private void takeCdb(Bhs bhs) {
        byte[] cdb = task.cdb();
        bhs.copy(32, cdb, 0, BHS_CDB_BYTES);
        Arrays.fill(cdb, BHS_CDB_BYTES, cdb.length, (byte) 0);
        if (bhs.ahsBytes() > 0 && bhs.u8(Bhs.BYTES + 2) == AHS_EXTENDED_CDB) {
            int length = Math.min(bhs.u16(Bhs.BYTES) - 1, Math.min(bhs.ahsBytes() - 4, cdb.length - BHS_CDB_BYTES));
            bhs.copy(Bhs.BYTES + 4, cdb, BHS_CDB_BYTES, Math.max(0, length));
        }
    }

    private void execute(int itt, long lun, int expected, boolean reads, ByteBuffer dataOut, int r2ts)
            throws IOException {
        int room = reads ? least(expected) : 0;
        if (replies.inPlace(room)) {
            int at = writer.begin(Opcode.DATA_IN, 0, room);
            ByteBuffer in = writer.data(room);
            int start = in.position();
            task.start(lun, dataOut, in);
            nexus.execute(task);
            int bytes = in.position() - start;
            if (bytes > 0 && task.status() == 0) {
                replies.dataInPlace(at, itt, task, bytes, expected);
            } else {
                replies.response(itt, task, expected, r2ts);
            }
        } else {
            task.start(lun, dataOut, large(room));
            nexus.execute(task);
            if (large.position() > 0 && task.status() == 0) {
                replies.dataIn(itt, task, large, expected);
            } else {
                replies.response(itt, task, expected, r2ts);
            }
        }
        writer.flushIfMuch();
    }

    private ByteBuffer large(int bytes) {
        if (large.capacity() < bytes) {
            large = ByteBuffer.allocateDirect(Integer.highestOneBit(bytes - 1) << 1);
        }
        return large.clear().limit(bytes);
    }

    private void await(int itt, long lun, int expected, int wanted, boolean moreFollows) throws IOException {
        if (!buffers.has(wanted) || waiting == places.length) {
            replies.bareStatus(itt, task, STATUS_TASK_SET_FULL, expected);
            return;
        }
        WaitingCommand command = freePlace();
        command.start(itt, lun, task.cdb(), expected, buffers.take(wanted));
        command.data().put(reader.data());
        waiting(waiting + 1);
        if (moreFollows) {
            command.burst(Bhs.NO_TAG, Math.min(wanted, parameters.firstBurstBytes()));
        } else {
            ask(command);
        }
    }

    private void waiting(int now) {
        waiting = now;
        numbering.waiting(now);
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
        lastTransferTag = lastTransferTag + 1 & Integer.MAX_VALUE;
        int from = command.data().position();
        command.burst(lastTransferTag, Math.min(command.data().limit(), from + parameters.maxBurstBytes()));
        replies.r2t(command);
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
            burstDone(command);
        }
    }

    private void burstDone(WaitingCommand command) throws IOException {
        if (!command.complete()) {
            ask(command);
        } else if (command.damaged()) {
            end(command, 0x47, 0x05);
        } else {
            System.arraycopy(command.cdb(), 0, task.cdb(), 0, command.cdb().length);
            ByteBuffer data = release(command);
            execute(command.itt(), command.lun(), command.expectedBytes(), false, data.flip(), command.r2tCount());
            buffers.give(data);
        }
    }

    private ByteBuffer release(WaitingCommand command) {
        waiting(waiting - 1);
        return command.free();
    }

    private void end(WaitingCommand command, int asc, int ascq) throws IOException {
        buffers.give(release(command));
        replies.aborted(command.itt(), task, command.expectedBytes(), asc, ascq);
    }

    /** Forgets a waiting command without a response, as task management wants it; false if it does not wait. */
    boolean abort(int itt) {
        WaitingCommand command = find(itt);
        if (command != null) {
            buffers.give(release(command));
        }
        return command != null;
    }

    /** Has the commands that wait now for data of a LUN forgotten before the next PDU is looked at; called by any thread. */
    void abortLater(long lun) {
        aborts.add(lun);
    }

    /** Forgets what others aborted; looked at before each PDU. */
    void abortDue() {
        if (!aborts.isEmpty()) {
            aborts.removeIf(lun -> {
                abortAll(lun);
                return true;
            });
        }
    }

    /** Forgets all waiting commands of a LUN. */
    void abortAll(long lun) {
        for (WaitingCommand each : places) {
            if (each.used() && each.lun() == lun) {
                buffers.give(release(each));
            }
        }
    }

    /** Forgets all waiting commands. */
    void abortAll() {
        for (WaitingCommand each : places) {
            if (each.used()) {
                buffers.give(release(each));
            }
        }
    }
}
