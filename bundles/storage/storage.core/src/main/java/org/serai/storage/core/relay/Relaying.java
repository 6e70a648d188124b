package org.serai.storage.core.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.serai.cluster.Delegations;
import org.serai.cluster.Delegations.Delegation;
import org.serai.cluster.Fence;
import org.serai.cluster.Node;
import org.serai.ffdc.SeraiException;
import org.serai.storage.RelayedIo;
import org.serai.storage.spi.PvAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves other nodes' I/O to PVs that this node reaches itself. A delegation is served from when the database shows it
 * until it is ended here: by its node, or because that is over. Only then may its row go.
 */
public final class Relaying {
    private static final Logger LOG = LoggerFactory.getLogger(Relaying.class);

    /** The most that is read or written at once. */
    static final int CHUNK_BYTES = 1 << 20;

    private static final int AT_ONCE = 32;
    private final Self self;
    private final Fence fence;
    private final Delegations delegations;
    private final Pvs pvs;
    private final long endWithinMs;
    private final Executor blocking;
    private final Map<UUID, RelayedPv> served = new ConcurrentHashMap<>();
    /** Never served again, although a request to begin may still be on its way. */
    private final Set<UUID> ended = ConcurrentHashMap.newKeySet();
    /** RelayedPv at some time, and perhaps still in the database. */
    private final Set<UUID> begun = ConcurrentHashMap.newKeySet();

    private final Semaphore room = new Semaphore(AT_ONCE, true);
    private final NeighbourIo io = new NeighbourIo();
    /** Nothing is begun any more; under the monitor of {@link #ended}. */
    private boolean closed;

    /** This node in this incarnation. */
    public record Self(UUID node, UUID incarnation) {}

    /** The PVs that this node reaches itself. */
    public interface Pvs {
        /** A PV of an attached pool; empty if it is not reached, or only through a neighbour. */
        Optional<PvAccess> direct(UUID pool, UUID pv);

        /** As above, in whatever pool it is. */
        Optional<PvAccess> direct(UUID pv);
    }

    /**
     * Serves nothing yet.
     *
     * @param endWithinMs how long is waited for calls under way when one is to end, before it is tried again
     * @param blocking runs what blocks in system calls
     */
    public Relaying(Self self, Fence fence, Delegations delegations, Pvs pvs, long endWithinMs, Executor blocking) {
        this.endWithinMs = endWithinMs;
        this.blocking = blocking;
        this.self = self;
        this.fence = fence;
        this.delegations = delegations;
        this.pvs = pvs;
    }

    /** Answers a request of another node. */
    public byte[] answer(UUID from, byte[] payload) {
        Request request = Request.decode(payload);
        return switch (request.operation()) {
            case OFFER -> beside(() -> offer(request.subject()));
            case OPEN -> beside(() -> open(from, request.subject()));
            case CLOSE -> close(from, request.subject());
            default -> inRoom(from, request);
        };
    }

    private byte[] offer(UUID pv) {
        return fence.isOpen() && pvs.direct(pv).isPresent()
                ? Answer.done(new byte[0])
                : Answer.over("this node does not reach the PV itself");
    }

    private byte[] open(UUID from, UUID id) {
        Optional<Delegation> found = delegations
                .find(id)
                .filter(row -> row.node().equals(from)
                        && row.neighbour().equals(self.node())
                        && row.neighbourIncarnation().equals(self.incarnation()));
        Optional<PvAccess> pv = found.flatMap(row -> pvs.direct(row.pool(), row.pv()));
        if (pv.isEmpty()) {
            return Answer.over("this node does not reach the PV itself, or was not asked for it");
        }
        synchronized (ended) {
            if (closed || ended.contains(id)) {
                return Answer.over("it has ended already");
            }
            served.putIfAbsent(id, new RelayedPv(found.get(), pv.get(), io.of(found.get())));
            begun.add(id);
        }
        LOG.info(
                "I/O of node {} to PV {} goes through this node",
                from,
                found.get().pv());
        ByteBuffer told = ByteBuffer.allocate(10);
        told.putLong(pv.get().sizeBytes());
        told.put((byte) (pv.get().isDevice() ? 1 : 0)).put((byte) (pv.get().isWriteThrough() ? 1 : 0));
        return Answer.done(told.array());
    }

    private byte[] close(UUID from, UUID id) {
        Optional<RelayedPv> known;
        synchronized (ended) {
            ended.add(id);
            known = Optional.ofNullable(served.get(id))
                    .filter(each -> each.delegation().node().equals(from));
        }
        if (known.isPresent()) {
            if (!known.get().end(endWithinMs)) {
                return Answer.failed("calls are under way");
            }
            served.remove(id);
            LOG.info(
                    "I/O of node {} to PV {} does not go through this node any more",
                    from,
                    known.get().delegation().pv());
        }
        return Answer.done(new byte[0]);
    }

    private byte[] inRoom(UUID from, Request request) {
        if (request.operation() == Request.Operation.READ && request.length() > CHUNK_BYTES) {
            return Answer.failed("so much is not read at once: " + request.length());
        }
        room.acquireUninterruptibly();
        try {
            return beside(() -> perform(from, request));
        } finally {
            room.release();
        }
    }

    private byte[] beside(Supplier<byte[]> work) {
        try {
            return CompletableFuture.supplyAsync(work, blocking).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SeraiException known ? known : e;
        }
    }

    private byte[] perform(UUID from, Request request) {
        RelayedPv to = served.get(request.subject());
        if (to == null || !to.delegation().node().equals(from) || !to.enter(request.turn())) {
            return Answer.over("it has ended, or this was asked for before");
        }
        try {
            if (!fence.isOpen()) {
                return Answer.over("this node may not serve now");
            }
            byte[] read = perform(to.pv(), request);
            to.io().did(request);
            return Answer.done(read);
        } catch (IOException e) {
            return to.pv().isOver()
                    ? Answer.over("this node does not reach the PV any more: " + e.getMessage())
                    : Answer.failed(String.valueOf(e.getMessage()));
        } finally {
            to.leave();
        }
    }

    private static byte[] perform(PvAccess pv, Request request) throws IOException {
        long offset = request.offset();
        long length =
                request.operation() == Request.Operation.WRITE ? request.data().remaining() : request.length();
        if (offset < 0 || length < 0 || offset > pv.sizeBytes() - length) {
            throw new IOException("the PV has no " + length + " bytes at " + offset);
        }
        switch (request.operation()) {
            case READ -> {
                byte[] read = new byte[Math.toIntExact(length)];
                pv.read(ByteBuffer.wrap(read), offset);
                return read;
            }
            case WRITE -> pv.write(request.data(), offset);
            case ZERO -> pv.zero(offset, length, false);
            case ZERO_KEEPING_SPACE -> pv.zero(offset, length, true);
            case GIVE_BACK -> pv.giveBack(offset, length);
            case SYNC -> pv.sync();
            case OFFER, OPEN, CLOSE -> throw new IllegalStateException("not an operation of a PV");
        }
        return new byte[0];
    }

    /** What was done for others since this node began to serve. */
    public List<RelayedIo> io() {
        return io.all();
    }

    /**
     * Ends what is served to incarnations that are over, and lets the database know once nothing is done any more. Some of
     * it may never have begun: who was to ask for it ended before.
     */
    public void endThose(Predicate<Delegation> over) {
        for (Delegation row : delegations.all()) {
            if (isToThis(row) && over.test(row) && refusesFromNow(row.id())) {
                delegations.end(row.id());
            }
        }
        for (RelayedPv each : List.copyOf(served.values())) {
            if (over.test(each.delegation()) || each.pv().isOver()) {
                end(each);
            }
        }
    }

    /**
     * Ends what its node has given up without being able to tell this one, or to hear that it was closed. What is served
     * is looked for in the database itself: this node's view may be behind when it does not hear others.
     */
    public void endGivenUp() {
        Set<UUID> mine = new HashSet<>(begun);
        delegations.all().stream().filter(this::isToThis).map(Delegation::id).forEach(mine::add);
        for (UUID id : mine) {
            Optional<Delegation> row = delegations.find(id);
            if (row.filter(Delegation::givenUp).isPresent()) {
                Optional.ofNullable(served.get(id)).ifPresent(this::end);
                if (refusesFromNow(id)) {
                    delegations.end(id);
                }
            } else if (row.isEmpty()) {
                begun.remove(id);
            }
        }
    }

    private boolean isToThis(Delegation row) {
        return row.neighbour().equals(self.node()) && row.neighbourIncarnation().equals(self.incarnation());
    }

    /** From now on it is not begun. Whether it had not begun before. */
    private boolean refusesFromNow(UUID id) {
        synchronized (ended) {
            ended.add(id);
            return !served.containsKey(id);
        }
    }

    private void end(RelayedPv each) {
        Delegation delegation = each.delegation();
        refusesFromNow(delegation.id());
        if (each.end(endWithinMs)) {
            LOG.warn("I/O of node {} does not go through this node any more", delegation.node());
            delegations.end(delegation.id());
            served.remove(delegation.id());
        }
    }

    /** Ends all, and begins nothing more; returns only when nothing is done any more. */
    public void close() {
        synchronized (ended) {
            closed = true;
        }
        while (!served.isEmpty()) {
            try {
                endThose(_ -> true);
            } catch (SeraiException e) {
                LOG.warn("what this node did for others has ended, which is not written down: {}", e.getMessage());
                served.values().removeIf(each -> each.end(endWithinMs));
            }
        }
    }

    /** Whether a node is still the one that a delegation names. */
    public static boolean isSame(Optional<Node> registered, Delegation delegation) {
        return registered
                .filter(node -> node.incarnation().equals(delegation.incarnation()))
                .isPresent();
    }
}
