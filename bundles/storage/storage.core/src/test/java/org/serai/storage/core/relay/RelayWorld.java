package org.serai.storage.core.relay;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Delegations;
import org.serai.cluster.Fence;
import org.serai.storage.spi.PvAccess;
import org.serai.storage.spi.PvRelay;

/** A node, its neighbour, a taker, and what is on its way between them. What is under way does not go on by itself. */
final class RelayWorld implements Delegations, Wire {
    private static final UUID ASKER = new UUID(0, 1);
    private static final UUID NEIGHBOUR = new UUID(0, 2);
    private static final UUID PV = new UUID(0, 3);
    private static final int CALLS = 3;

    private final Random random;
    private final Map<UUID, Delegation> rows = new ConcurrentHashMap<>();
    private final List<Ask> waiting = new ArrayList<>();
    private final List<Ask> late = new ArrayList<>();
    private final List<Ask> came = new ArrayList<>();
    private final List<Write> inMedium = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Map<Integer, Boolean> returned = new ConcurrentHashMap<>();
    private final Relaying relaying;
    private final PvRelay relay;
    private Optional<PvRelay.Way> way = Optional.empty();
    private int calls;
    private int open;
    private boolean askerDead;
    private boolean neighbourDead;
    private boolean takerIn;
    private boolean ending;

    private record Ask(byte[] request, CompletableFuture<byte[]> answer) {}

    private record Write(int call, CompletableFuture<Void> go) {}

    RelayWorld(Random random) {
        this.random = random;
        Fence open = new OpenFence();
        relaying = new Relaying(
                new Relaying.Self(NEIGHBOUR, NEIGHBOUR),
                open,
                this,
                new Relaying.Pvs() {
                    @Override
                    public Optional<PvAccess> direct(UUID pool, UUID pv) {
                        return Optional.of(new Medium());
                    }

                    @Override
                    public Optional<PvAccess> direct(UUID pv) {
                        return Optional.of(new Medium());
                    }
                },
                1,
                Runnable::run);
        Relays relays = new Relays(RelayWorld::start, _ -> LockSupport.parkNanos(100_000));
        relays.through(Optional.of(new Relays.Through(this, this, 1_000)));
        relay = relays.of(PV);
    }

    private static void start(Runnable work) {
        Thread.ofVirtual().start(work);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** One thing happens. */
    void step() throws Exception {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> beginCall();
            case 4, 5, 6, 7, 8, 9 -> deliver(take(waiting));
            case 10, 11 -> timeOut();
            case 12 -> deliver(take(late));
            case 13 -> deliver(again());
            case 14, 15, 16 -> release(take(inMedium));
            case 17 -> die();
            default -> takeOver();
        }
        Thread.yield();
    }

    private synchronized <T> Optional<T> take(List<T> from) {
        return from.isEmpty() ? Optional.empty() : Optional.of(from.remove(random.nextInt(from.size())));
    }

    /** What came before comes once more; nobody waits for its answer any more than before. */
    private synchronized Optional<Ask> again() {
        return came.isEmpty() ? Optional.empty() : Optional.of(came.get(random.nextInt(came.size())));
    }

    private void beginCall() {
        int call;
        synchronized (this) {
            if (askerDead || open == CALLS) {
                return;
            }
            open++;
            call = ++calls;
        }
        start(() -> call(call));
    }

    private void call(int call) {
        String how = "call done";
        try {
            usable().write(ByteBuffer.allocate(16).putInt(0, call), 0);
        } catch (IOException e) {
            how = e.getMessage().contains("did not answer") ? "call unknown, call settled" : "call refused";
        }
        synchronized (this) {
            open--;
            if (!askerDead) {
                returned.put(call, true);
                log.add(how);
            }
        }
    }

    private PvRelay.Way usable() throws IOException {
        Optional<PvRelay.Way> known;
        synchronized (this) {
            known = way.filter(each -> !each.isOver());
        }
        if (known.isPresent()) {
            return known.get();
        }
        PvRelay.Way opened = relay.open(PV);
        synchronized (this) {
            way = Optional.of(opened);
        }
        return opened;
    }

    /** Waits until it is answered, or stuck in the medium. */
    private void deliver(Optional<Ask> ask) throws Exception {
        if (ask.isEmpty()) {
            return;
        }
        synchronized (this) {
            came.add(ask.get());
        }
        CompletableFuture<Void> stuckOrDone = new CompletableFuture<>();
        start(() -> {
            STUCK.set(stuckOrDone);
            byte[] answer = relaying.answer(ASKER, ask.get().request());
            boolean write = Request.decode(ask.get().request()).operation() == Request.Operation.WRITE;
            synchronized (this) {
                if (write && ask.get().answer().isDone() && answer[0] == Answer.Outcome.OVER.ordinal()) {
                    log.add("refused late write");
                }
            }
            ask.get().answer().complete(answer);
            stuckOrDone.complete(null);
        });
        stuckOrDone.get(1, TimeUnit.MINUTES);
    }

    private static final ThreadLocal<CompletableFuture<Void>> STUCK = new ThreadLocal<>();

    private synchronized void timeOut() {
        take(waiting).ifPresent(ask -> {
            late.add(ask);
            ask.answer().completeExceptionally(lost());
        });
    }

    private static RuntimeException lost() {
        return ClusterError.NO_ANSWER.error("The node did not answer", "the test says so", "wait");
    }

    private static void release(Optional<Write> write) {
        write.ifPresent(each -> each.go().complete(null));
    }

    private synchronized void die() {
        if (random.nextInt(8) == 0) {
            askerDead = true;
        } else if (random.nextInt(40) == 0) {
            neighbourDead = true;
            waiting.forEach(ask -> ask.answer().completeExceptionally(lost()));
            waiting.clear();
            // Its end is proven, so that what it was let do is void.
            rows.clear();
        } else if (!neighbourDead) {
            int before = rows.size();
            relaying.endGivenUp();
            if (rows.size() < before) {
                log.add("ended since given up");
            }
        }
    }

    private void takeOver() {
        boolean dead;
        synchronized (this) {
            dead = askerDead;
        }
        if (dead) {
            if (random.nextBoolean()) {
                start(() -> relaying.endThose(_ -> true));
            }
            synchronized (this) {
                takerIn |= rows.isEmpty();
                log.add(takerIn ? "taker is in" : "taker waits");
            }
        }
    }

    /** Lets go of all that is held. */
    void settle() throws Exception {
        synchronized (this) {
            ending = true;
            inMedium.forEach(write -> write.go().complete(null));
            waiting.forEach(ask -> ask.answer().completeExceptionally(lost()));
        }
        deliver(take(late));
        // Whatever was begun, the neighbour alone can end it once its node is over.
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    relaying.endThose(_ -> true);
                    return rows.isEmpty();
                });
    }

    @Override
    public Delegation begin(UUID neighbour, UUID pool, UUID pv) {
        Delegation row = new Delegation(UUID.randomUUID(), ASKER, ASKER, NEIGHBOUR, NEIGHBOUR, pool, pv, false);
        synchronized (this) {
            if (takerIn || askerDead) {
                throw ClusterError.FENCED.error("This incarnation is over", "the test says so", "end");
            }
            rows.put(row.id(), row);
        }
        return row;
    }

    @Override
    public Optional<Delegation> find(UUID id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public void giveUp(UUID id) {
        rows.computeIfPresent(
                id,
                (_, row) -> new Delegation(
                        row.id(),
                        row.node(),
                        row.incarnation(),
                        row.neighbour(),
                        row.neighbourIncarnation(),
                        row.pool(),
                        row.pv(),
                        true));
    }

    @Override
    public void end(UUID id) {
        rows.remove(id);
    }

    @Override
    public List<Delegation> all() {
        return List.copyOf(rows.values());
    }

    @Override
    public List<UUID> neighbours() {
        return List.of(NEIGHBOUR);
    }

    @Override
    public String name(UUID node) {
        return "neighbour";
    }

    @Override
    public byte[] ask(UUID node, byte[] request, long withinMs) {
        Ask ask = new Ask(request, new CompletableFuture<>());
        synchronized (this) {
            if (neighbourDead || ending) {
                throw lost();
            }
            waiting.add(ask);
        }
        try {
            return ask.answer().join();
        } catch (java.util.concurrent.CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    /** The bytes, where what was lets through is seen. */
    private final class Medium implements PvAccess {
        @Override
        public long sizeBytes() {
            return 1 << 20;
        }

        @Override
        public boolean isDevice() {
            return false;
        }

        @Override
        public boolean isWriteThrough() {
            return true;
        }

        @Override
        public void read(ByteBuffer into, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            Write write = new Write(from.getInt(from.position()), new CompletableFuture<>());
            synchronized (RelayWorld.this) {
                if (ending) {
                    write.go().complete(null);
                }
                inMedium.add(write);
            }
            STUCK.get().complete(null);
            write.go().join();
            synchronized (RelayWorld.this) {
                if (neighbourDead) {
                    throw new IOException("this node was killed");
                }
                log.add("written");
                if (takerIn) {
                    failures.add("call " + write.call() + " was written after the taker was in");
                }
                if (returned.containsKey(write.call())) {
                    failures.add("call " + write.call() + " was written after it had returned");
                }
            }
        }

        @Override
        public void zero(long offset, long length, boolean keepSpace) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void giveBack(long offset, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }
}
