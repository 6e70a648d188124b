package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.spi.Nexus;

/**
 * Commands of a connection that last: each is executed on a thread of its own, and the connection goes on meanwhile. What is
 * aborted ends as soon as it can, and without a response.
 */
final class LongCommands {
    /** How many of one connection are executed at once; further ones are told that the task set is full. */
    static final int MAX = 8;

    private final Nexus nexus;
    private final Memory memory;
    private final Besides besides;
    private final Replies replies;
    private final Statistics statistics;
    private final LongSupplier nanoTime;

    /** By initiator task tag; what is aborted stays until it has ended. */
    private final Map<Integer, LongCommand> running = new ConcurrentHashMap<>();

    private volatile int count;

    LongCommands(
            Nexus nexus,
            Memory memory,
            Besides besides,
            Replies replies,
            Statistics statistics,
            LongSupplier nanoTime) {
        this.nexus = nexus;
        this.memory = memory;
        this.besides = besides;
        this.replies = replies;
        this.statistics = statistics;
        this.nanoTime = nanoTime;
    }

    /** Whether a command with that tag is being executed for which a response will be sent. */
    boolean has(int itt) {
        if (count == 0) {
            return false;
        }
        LongCommand found = running.get(itt);
        return found != null && !found.isAborted();
    }

    /**
     * Begins to execute a command; false if there is no room for it now.
     *
     * @param room how much data-in the initiator takes
     * @param dataOut what it sent, which is copied
     */
    boolean start(Header header, byte[] cdb, int room, ByteBuffer dataOut) {
        if (count >= MAX) {
            return false;
        }
        Optional<ByteBuffer> data = memory.take(Math.max(1, room + dataOut.remaining()));
        if (data.isEmpty()) {
            return false;
        }
        LongCommand command = new LongCommand(header, cdb, data.get(), dataOut, room);
        add(command);
        if (besides.begin(() -> execute(command))) {
            return true;
        }
        remove(command);
        return false;
    }

    /** What is needed of a command's PDU for its answer. */
    record Header(int itt, long lun, int expected, int r2ts) {}

    private synchronized void add(LongCommand command) {
        count++;
        running.put(command.header().itt(), command);
    }

    private synchronized void remove(LongCommand command) {
        count--;
        running.remove(command.header().itt(), command);
        memory.give(command.buffer());
    }

    private void execute(LongCommand command) {
        try {
            command.execute(nexus, statistics, nanoTime);
            besides.answer(() -> {
                if (!command.isAborted()) {
                    command.answer(replies);
                }
            });
        } finally {
            remove(command);
        }
    }

    /** Has commands end as soon as they can, without a response; whether there are any. Called by any thread. */
    boolean abort(Predicate<Header> which) {
        boolean any = false;
        if (count > 0) {
            for (LongCommand each : running.values()) {
                if (which.test(each.header()) && !each.isAborted()) {
                    each.abort();
                    any = true;
                }
            }
        }
        return any;
    }

    /** Returns once what was aborted has ended; false if it has not after that time. */
    boolean awaitAborted(long timeoutMs) {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000;
        boolean ended = true;
        for (LongCommand each : running.values()) {
            ended &= !each.isAborted() || each.awaitEnd(deadline - System.nanoTime());
        }
        return ended;
    }
}
