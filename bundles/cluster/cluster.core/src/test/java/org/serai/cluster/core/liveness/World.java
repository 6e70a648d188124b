package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.serai.cluster.core.time.Rounds;
import org.serai.cluster.spi.LeaseArea;

/** One thread that plays nodes, their watchdogs and a shared pool, from a seed. Each node has a clock with its own origin. */
final class World {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private final RandomGenerator random;
    private long nowNs;
    private long order;
    private int nodesMade;
    final List<Peer> peers = new ArrayList<>();
    final Map<UUID, UUID> registered = new HashMap<>();

    World(RandomGenerator random) {
        this.random = random;
    }

    private record Event(long atNs, long order, Runnable work) {}

    static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    long nowNs() {
        return nowNs;
    }

    void at(long ns, Runnable work) {
        events.add(new Event(ns, order++, work));
    }

    /** Plays everything up to a time from now. */
    void runMs(long forMs) {
        var endNs = nowNs + ms(forMs);
        while (!events.isEmpty() && events.peek().atNs() <= endNs) {
            var event = events.poll();
            nowNs = Math.max(nowNs, event.atNs());
            event.work().run();
        }
        nowNs = Math.max(nowNs, endNs);
    }

    /** A node with everything but a process of its own. */
    final class SimulatedNode implements Rounds {
        final UUID id = new UUID(1, ++nodesMade);
        final UUID incarnation = new UUID(random.nextLong(), random.nextLong());
        final Gate gate;
        final Heartbeat heartbeat;
        private final Timing timing;
        private final Lease lease;
        private final long originNs = random.nextLong();
        Evidence evidence = Evidence.NONE;
        boolean databaseReachable = true;
        private boolean dead;
        private boolean paused;
        private final List<Runnable> held = new ArrayList<>();
        private boolean watchdogLives = true;
        private long killAtNs;

        SimulatedNode(Timing timing) {
            this.timing = timing;
            var slot = peers.size();
            peers.add(new Peer(id, slot));
            registered.put(id, incarnation);
            killAtNs = nowNs + timing.leaseNs();
            gate = new Gate(timing, this::clockNs, this, List.of());
            lease = new Lease(timing, this::clockNs, this::feed, gate);
            heartbeat = new Heartbeat(
                    new Peer(id, slot),
                    incarnation,
                    timing,
                    this::clockNs,
                    this,
                    lease,
                    () -> List.copyOf(peers),
                    node -> Optional.ofNullable(registered.get(node)),
                    asSetByTheTest(),
                    () -> databaseReachable);
            every("fence", 50, gate::tell);
            every("lease", timing.renewalMs(), lease::tick);
            watch();
        }

        private Evidence asSetByTheTest() {
            return new Evidence() {
                @Override
                public Optional<Finding> known(UUID node, UUID of) {
                    return evidence.known(node, of);
                }

                @Override
                public Optional<Finding> force(UUID node, UUID of) {
                    return evidence.force(node, of);
                }
            };
        }

        long clockNs() {
            return nowNs + originNs;
        }

        /** The watchdog gets it through a pipe, some time later. */
        private void feed(long startNs) {
            at(nowNs + ms(random.nextLong(3)), () -> {
                if (watchdogLives && !dead) {
                    killAtNs = startNs - originNs + timing.leaseNs();
                    enter(() -> gate.renewed(startNs));
                }
            });
        }

        private void watch() {
            at(killAtNs, () -> {
                if (watchdogLives && nowNs >= killAtNs) {
                    dead = true;
                } else if (watchdogLives && !dead) {
                    watch();
                }
            });
        }

        void loseWatchdog() {
            watchdogLives = false;
            gate.close("its watchdog is lost");
        }

        void findWatchdog() {
            watchdogLives = true;
            killAtNs = lease.countsFromNs() - originNs + timing.leaseNs();
            watch();
        }

        void kill() {
            dead = true;
        }

        /** As by SIGSTOP: nothing of the node runs, its watchdog does. */
        void pauseProcess() {
            paused = true;
        }

        void goOn() {
            paused = false;
            var work = List.copyOf(held);
            held.clear();
            work.forEach(this::enter);
        }

        boolean isDead() {
            return dead;
        }

        /** Whether a request that comes in now is served. */
        boolean serves() {
            return !dead && !paused && gate.isOpen();
        }

        private void enter(Runnable work) {
            if (dead) {
                return;
            }
            if (paused) {
                held.add(work);
            } else {
                work.run();
            }
        }

        @Override
        public Round every(String name, long periodMs, Runnable work) {
            var ended = new boolean[1];
            repeat(periodMs, work, ended);
            return () -> ended[0] = true;
        }

        private void repeat(long periodMs, Runnable work, boolean[] ended) {
            at(
                    nowNs + ms(periodMs),
                    () -> enter(() -> {
                        if (!ended[0]) {
                            work.run();
                            repeat(periodMs, work, ended);
                        }
                    }));
        }

        @Override
        public Executor serial(String name) {
            return Runnable::run;
        }

        @Override
        public void pause(long forMs) {
            runMs(forMs);
        }
    }

    /** A pool's lease area in memory, as it is reached from one node; what is written is seen by all. */
    final class SharedPool {
        final UUID id = new UUID(2, random.nextLong());
        private final byte[][] slots = new byte[16][LeaseArea.SLOT_BYTES];

        View from() {
            return new View();
        }

        void scribble(int slot, int at) {
            slots[slot][at] ^= 1;
        }

        final class View implements LeaseArea {
            boolean broken;
            /** What is written is there, and the writer is told that it failed. */
            boolean answersLost;

            long writeMs;

            @Override
            public UUID pool() {
                return id;
            }

            @Override
            public int slots() {
                return slots.length;
            }

            @Override
            public void read(int slot, ByteBuffer into) throws IOException {
                check();
                into.put(slots[slot]);
            }

            @Override
            public void write(int slot, ByteBuffer from) throws IOException {
                check();
                if (writeMs > 0) {
                    runMs(writeMs);
                }
                from.get(slots[slot]);
                if (answersLost) {
                    throw new IOException("the answer is lost");
                }
            }

            private void check() throws IOException {
                if (broken) {
                    throw new IOException("the path to the pool is lost");
                }
            }
        }
    }
}
