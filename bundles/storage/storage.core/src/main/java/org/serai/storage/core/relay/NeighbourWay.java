package org.serai.storage.core.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.cluster.Delegations;
import org.serai.cluster.Delegations.Delegation;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.attach.Pause;
import org.serai.storage.core.relay.Request.Operation;
import org.serai.storage.spi.PvRelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way through one neighbour under one delegation. A call that is not answered ends the way for all, and returns when it
 * is certain that the neighbour will do nothing under the delegation any more: the neighbour has said so, or the
 * delegation is gone from the database, which happens only then or when the neighbour is proven to be over. A neighbour
 * that cannot be asked reads in the database that it is to end it.
 */
final class NeighbourWay implements PvRelay.Way {
    private static final Logger LOG = LoggerFactory.getLogger(NeighbourWay.class);
    private static final int AT_ONCE = 8;
    private static final long CLOSE_WITHIN_MS = 1_500;
    private static final long PAUSE_MS = 100;
    /** A close that is answered sooner needs no word in the database; who has not answered is not waited for. */
    private static final long CLOSE_SOON_MS = 300;

    private final Delegation delegation;
    private final Wire wire;
    private final Delegations delegations;
    private final long answerWithinMs;
    private final Executor threads;
    private final Pause pause;
    private final Semaphore room = new Semaphore(AT_ONCE, true);
    private final AtomicBoolean over = new AtomicBoolean();
    private final SortedSet<Long> unanswered = new ConcurrentSkipListSet<>();
    private long turns;
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
    private final CompletableFuture<Boolean> writtenDown = new CompletableFuture<>();
    private volatile String why = "it was given up";
    private volatile boolean unheard;
    private long sizeBytes;
    private boolean device;
    private boolean writeThrough;

    NeighbourWay(Delegation delegation, Relays.Through through, Executor threads, Pause pause) {
        this.delegation = delegation;
        this.wire = through.wire();
        this.delegations = through.delegations();
        this.answerWithinMs = through.answerWithinMs();
        this.threads = threads;
        this.pause = pause;
    }

    Delegation delegation() {
        return delegation;
    }

    /** The first call. */
    void open() throws IOException {
        ByteBuffer told = call(Request.of(Operation.OPEN, delegation.id()));
        if (told.remaining() != 10) {
            throw new IOException("node " + neighbour() + " answered with " + told.remaining() + " bytes");
        }
        sizeBytes = told.getLong();
        device = told.get() != 0;
        writeThrough = told.get() != 0;
    }

    @Override
    public String neighbour() {
        return wire.name(delegation.neighbour());
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean isDevice() {
        return device;
    }

    @Override
    public boolean isWriteThrough() {
        return writeThrough;
    }

    @Override
    public boolean isOver() {
        return over.get();
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
        for (long at = offset; into.hasRemaining(); ) {
            int length = Math.min(Relaying.CHUNK_BYTES, into.remaining());
            ByteBuffer read = call(Request.range(Operation.READ, delegation.id(), at, length));
            if (read.remaining() != length) {
                throw new IOException("node " + neighbour() + " read " + read.remaining() + " bytes of " + length);
            }
            into.put(read);
            at += length;
        }
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
        for (long at = offset; from.hasRemaining(); ) {
            int length = Math.min(Relaying.CHUNK_BYTES, from.remaining());
            call(Request.write(delegation.id(), at, from.slice(from.position(), length)));
            from.position(from.position() + length);
            at += length;
        }
    }

    @Override
    public void zero(long offset, long length, boolean keepSpace) throws IOException {
        Operation operation = keepSpace ? Operation.ZERO_KEEPING_SPACE : Operation.ZERO;
        call(Request.range(operation, delegation.id(), offset, length));
    }

    @Override
    public void giveBack(long offset, long length) throws IOException {
        call(Request.range(Operation.GIVE_BACK, delegation.id(), offset, length));
    }

    @Override
    public void sync() throws IOException {
        call(Request.of(Operation.SYNC, delegation.id()));
    }

    private ByteBuffer call(Request request) throws IOException {
        room.acquireUninterruptibly();
        // An interrupt must not make a call of a disk unknown.
        boolean interrupted = Thread.interrupted();
        try {
            if (over.get()) {
                throw ended();
            }
            Answer answer = ask(request);
            return switch (answer.outcome()) {
                case DONE -> answer.data();
                case FAILED -> throw new IOException("at node " + neighbour() + ": " + answer.text());
                case OVER -> {
                    end("node " + neighbour() + ": " + answer.text());
                    throw ended();
                }
            };
        } finally {
            room.release();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Answer ask(Request request) throws IOException {
        Request.Turn turn = nextTurn();
        try {
            return Answer.decode(
                    wire.ask(delegation.neighbour(), request.at(turn).encode(), answerWithinMs));
        } catch (RuntimeException e) {
            unheard = true;
            end("node " + neighbour() + " did not answer: " + e.getMessage());
            IOException ended = ended();
            ended.addSuppressed(e);
            throw ended;
        } finally {
            unanswered.remove(turn.number());
        }
    }

    private Request.Turn nextTurn() {
        synchronized (unanswered) {
            unanswered.add(++turns);
            return new Request.Turn(turns, unanswered.first());
        }
    }

    /** Until nothing is done by this way any more no other one can be used: calls wait for that as for a slow disk. */
    private IOException ended() {
        settled.join();
        return new IOException(why);
    }

    private void end(String reason) {
        if (over.compareAndSet(false, true)) {
            why = reason;
            LOG.info("the way to PV {} through node {} is over: {}", delegation.pv(), neighbour(), reason);
            threads.execute(this::settle);
        }
    }

    @Override
    public void close() {
        end("it is not needed any more");
    }

    /** Whether the neighbour did not answer. */
    boolean isUnheard() {
        return unheard;
    }

    private void settle() {
        threads.execute(this::askToClose);
        if (!unheard) {
            pause.millis(CLOSE_SOON_MS);
        }
        for (boolean told = false; !settled.isDone() && !isGone(); told = told || isToldOtherwise()) {
            pause.millis(PAUSE_MS);
        }
        settled.complete(true);
        while (!isWrittenDown()) {
            pause.millis(10 * PAUSE_MS);
        }
        writtenDown.complete(true);
    }

    /** Completes when the delegation is gone from the database, too. */
    CompletableFuture<Boolean> writtenDown() {
        return writtenDown;
    }

    private void askToClose() {
        while (!settled.isDone() && !hasClosed()) {
            pause.millis(PAUSE_MS);
        }
        settled.complete(true);
    }

    private boolean isToldOtherwise() {
        try {
            delegations.giveUp(delegation.id());
            return true;
        } catch (SeraiException e) {
            LOG.debug("that the way is given up is not written down yet: {}", e.getMessage());
            return false;
        }
    }

    private boolean hasClosed() {
        try {
            byte[] close = Request.of(Operation.CLOSE, delegation.id()).encode();
            return Answer.decode(wire.ask(delegation.neighbour(), close, CLOSE_WITHIN_MS))
                            .outcome()
                    == Answer.Outcome.DONE;
        } catch (RuntimeException e) {
            LOG.debug("the way to PV {} has not ended yet: {}", delegation.pv(), e.getMessage());
            return false;
        }
    }

    private boolean isGone() {
        try {
            return delegations.find(delegation.id()).isEmpty();
        } catch (SeraiException e) {
            LOG.debug("the database does not tell whether the way has ended: {}", e.getMessage());
            return false;
        }
    }

    private boolean isWrittenDown() {
        try {
            delegations.end(delegation.id());
            return true;
        } catch (SeraiException e) {
            LOG.debug("that the way has ended is not written down yet: {}", e.getMessage());
            return false;
        }
    }
}
