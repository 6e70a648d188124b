package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;

/** Executes commands that have all their data, answers and counts them. Allocates nothing once its buffers are there. */
final class Execution {
    private static final int STATUS_TASK_SET_FULL = 0x28;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final Nexus nexus;
    private final PduWriter writer;
    private final Replies replies;
    private final DataBuffers buffers;
    private final LongCommands besides;
    private final Statistics statistics;
    private final LongSupplier nanoTime;
    private final ScsiTask task = new ScsiTask();

    /** Where data-in is gathered that does not go out in one PDU. */
    private ByteBuffer large = NOTHING;

    Execution(
            Nexus nexus,
            PduWriter writer,
            Replies replies,
            DataBuffers buffers,
            LongCommands besides,
            Statistics statistics,
            LongSupplier nanoTime) {
        this.nexus = nexus;
        this.writer = writer;
        this.replies = replies;
        this.buffers = buffers;
        this.besides = besides;
        this.statistics = statistics;
        this.nanoTime = nanoTime;
    }

    /** The task of the next command, whose CDB is to be put in. */
    ScsiTask task() {
        return task;
    }

    /**
     * Executes the command.
     *
     * @param room how much data-in the initiator takes
     * @param dataOut what it sent
     */
    void execute(int itt, long lun, int expected, int room, ByteBuffer dataOut, int r2ts) throws IOException {
        if (nexus.lasts(task.cdb())) {
            executeBeside(itt, lun, expected, room, dataOut, r2ts);
        } else if (replies.inPlace(room)) {
            executeInPlace(itt, lun, expected, room, dataOut, r2ts);
        } else {
            executeAside(itt, lun, expected, room, dataOut, r2ts);
        }
        writer.flushIfMuch();
    }

    private void executeBeside(int itt, long lun, int expected, int room, ByteBuffer dataOut, int r2ts)
            throws IOException {
        if (!besides.start(new LongCommands.Header(itt, lun, expected, r2ts), task.cdb(), room, dataOut)) {
            replies.bareStatus(itt, task, STATUS_TASK_SET_FULL, expected);
        }
    }

    /** Data-in is made where it is sent from. */
    private void executeInPlace(int itt, long lun, int expected, int room, ByteBuffer dataOut, int r2ts)
            throws IOException {
        int at = writer.begin(Opcode.DATA_IN, 0, room);
        ByteBuffer in = writer.data(room);
        int start = in.position();
        run(lun, dataOut, in);
        int bytes = in.position() - start;
        if (bytes > 0 && task.status() == 0) {
            replies.dataInPlace(at, itt, task, bytes, expected);
        } else {
            replies.response(itt, task, expected, r2ts);
        }
    }

    /** Data-in is gathered in a buffer of its own, of which many PDUs are sent. */
    private void executeAside(int itt, long lun, int expected, int room, ByteBuffer dataOut, int r2ts)
            throws IOException {
        ByteBuffer in = large(room);
        if (in == null) {
            replies.bareStatus(itt, task, STATUS_TASK_SET_FULL, expected);
            return;
        }
        run(lun, dataOut, in);
        if (in.position() > 0 && task.status() == 0) {
            replies.dataIn(itt, task, in, expected);
        } else {
            replies.response(itt, task, expected, r2ts);
        }
    }

    private ByteBuffer large(int bytes) {
        if (large.capacity() < bytes) {
            ByteBuffer larger = buffers.take(bytes);
            if (larger == null) {
                return null;
            }
            close();
            large = larger;
        }
        return large.clear().limit(bytes);
    }

    /** Gives its buffer back. */
    void close() {
        if (large.capacity() > 0) {
            buffers.give(large);
            large = NOTHING;
        }
    }

    private void run(long lun, ByteBuffer dataOut, ByteBuffer in) {
        int written = dataOut.remaining();
        int start = in.position();
        task.start(lun, dataOut, in);
        long from = nanoTime.getAsLong();
        nexus.execute(task);
        boolean good = task.status() == 0;
        statistics.count(task, good ? in.position() - start : 0, good ? written : 0, nanoTime.getAsLong() - from);
    }
}
