package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.session.LongCommands.Header;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;

/** A command that is executed beside its connection, with a task and a buffer of its own. */
final class LongCommand {
    private final Header header;
    private final ByteBuffer buffer;
    private final ByteBuffer dataOut;
    private final ByteBuffer dataIn;
    private final ScsiTask task = new ScsiTask();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean aborted;

    /** @param buffer has room for data-in, and behind it for data-out */
    LongCommand(Header header, byte[] cdb, ByteBuffer buffer, ByteBuffer sent, int room) {
        this.header = header;
        this.buffer = buffer;
        this.dataIn = buffer.slice(0, room);
        this.dataOut =
                buffer.slice(room, sent.remaining()).put(sent.duplicate()).flip();
        System.arraycopy(cdb, 0, task.cdb(), 0, cdb.length);
        task.start(header.lun(), dataOut, dataIn);
    }

    Header header() {
        return header;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    void execute(Nexus nexus, Statistics statistics, LongSupplier nanoTime) {
        try {
            int written = dataOut.remaining();
            long from = nanoTime.getAsLong();
            nexus.execute(task);
            boolean good = task.status() == 0;
            statistics.count(task, good ? dataIn.position() : 0, good ? written : 0, nanoTime.getAsLong() - from);
        } finally {
            ended.countDown();
        }
    }

    void answer(Replies replies) throws IOException {
        if (dataIn.position() > 0 && task.status() == 0) {
            replies.dataIn(header.itt(), task, dataIn, header.expected());
        } else {
            replies.response(header.itt(), task, header.expected(), header.r2ts());
        }
    }

    void abort() {
        aborted = true;
        task.abort();
    }

    boolean isAborted() {
        return aborted;
    }

    boolean awaitEnd(long nanos) {
        try {
            return ended.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
