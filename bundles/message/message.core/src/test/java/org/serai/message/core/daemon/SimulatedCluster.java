package org.serai.message.core.daemon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.serai.message.MessageHandler;
import org.serai.message.core.packet.Malformed;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.PacketReader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.vke.Registry;
import org.serai.transport.spi.Link;

/** Daemons of several nodes on one thread, with simulated time, and a wire that does what it likes, from a seed. */
final class SimulatedCluster {
    private final Random random;
    private final Weather weather;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private final Map<UUID, Life> nodes = new LinkedHashMap<>();
    private final Map<String, Integer> lost = new HashMap<>();
    private long nowNanos;
    private long eventCount;

    SimulatedCluster(long seed, int nodes, Weather weather) {
        random = new Random(seed);
        this.weather = weather;
        for (int i = 0; i < nodes; i++) {
            UUID node = new UUID(i, random.nextLong());
            this.nodes.put(node, new Life(node));
        }
    }

    /**
     * What the wire does.
     *
     * @param loss of a hundred packets so many are lost
     * @param lossesMax of one message to one node, and of its receipts as many; unlimited if negative
     * @param doubled of a hundred so many come twice
     * @param delayMs the most that a packet takes
     * @param togetherMs what comes to a node from another within that time may be handed over together
     */
    record Weather(int loss, int lossesMax, int doubled, int delayMs, int togetherMs) {}

    private record Event(long atNanos, long number, Runnable task) {}

    /** A node from a start to its crash. */
    final class Life implements Registry, Link {
        final UUID node;
        final Daemon daemon;
        final Map<String, MessageHandler> handlers = new HashMap<>();
        private final Map<UUID, List<byte[]>> arrived = new HashMap<>();
        final List<Set<UUID>> shared = new ArrayList<>();
        boolean ended;
        boolean deaf;
        /** Whether the transport of the others does not see it. */
        boolean hidden;

        Runnable handOver = () -> {};

        Life(UUID node) {
            this.node = node;
            daemon = new Daemon(
                    node,
                    this,
                    new Handlers(topic -> Optional.ofNullable(handlers.get(topic))),
                    task -> {
                        handOver.run();
                        after(0, () -> ifAlive(task));
                    },
                    random,
                    () -> nowNanos,
                    (delayMs, task) -> after(delayMs, () -> ifAlive(task)),
                    Patience.USUAL);
            daemon.vke().use(Optional.of(this));
        }

        private void ifAlive(Runnable task) {
            if (!ended) {
                task.run();
            }
        }

        @Override
        public List<UUID> nodes() {
            return List.copyOf(nodes.keySet());
        }

        @Override
        public String wire() {
            return "simulated";
        }

        @Override
        public Optional<String> otherWire(UUID other) {
            return Optional.empty();
        }

        @Override
        public String address() {
            return "simulated:1";
        }

        @Override
        public boolean send(UUID to, byte[] message) {
            if (SimulatedCluster.this.nodes.get(to).hidden) {
                return false;
            }
            int copies = random.nextInt(100) < weather.doubled ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (!ended && !isLost(to, message)) {
                    after(random.nextInt(weather.delayMs + 1), () -> deliver(to, message.clone()));
                }
            }
            return true;
        }

        private void deliver(UUID to, byte[] message) {
            Life life = SimulatedCluster.this.nodes.get(to);
            if (!life.ended && !life.deaf) {
                List<byte[]> together = life.arrived.computeIfAbsent(node, _ -> new ArrayList<>());
                together.add(message);
                if (together.size() == 1) {
                    after(random.nextInt(weather.togetherMs + 1), () -> life.ifAlive(() -> life.take(node)));
                }
            }
        }

        private void take(UUID from) {
            daemon.vke().received(from, arrived.remove(from));
        }

        @Override
        public Set<UUID> sendQuickly(Set<UUID> to, byte[] message) {
            shared.add(to);
            return Link.super.sendQuickly(to, message);
        }

        @Override
        public void broadcast(byte[] message) {
            throw new AssertionError("who is in the view is not always who is registered");
        }

        @Override
        public Set<UUID> view() {
            return SimulatedCluster.this.nodes.keySet();
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    /** Loses the first copy or a later one, but of messages with receipts never more than the weather allows. */
    private boolean isLost(UUID to, byte[] message) {
        if (random.nextInt(100) >= weather.loss) {
            return false;
        }
        try {
            Packet packet = PacketReader.read(message, to);
            boolean bounded = packet.wantsReceipts() || packet.sub().opcode() == Opcode.RECEIPT;
            String key = packet.header().transaction() + " " + to + packet.sub().sender();
            return !bounded || weather.lossesMax < 0 || lost.merge(key, 1, Integer::sum) <= weather.lossesMax;
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    void after(long delayMs, Runnable task) {
        events.add(new Event(nowNanos + TimeUnit.MILLISECONDS.toNanos(delayMs), ++eventCount, task));
    }

    /** Runs until nothing is left to be done, whenever that is. */
    void run() {
        while (!events.isEmpty()) {
            Event event = events.poll();
            nowNanos = event.atNanos();
            event.task().run();
        }
    }

    /** The present lives, by node. */
    List<Life> lives() {
        return new ArrayList<>(nodes.values());
    }

    /** A crash, and a start without any memory. */
    Life restart(UUID node) {
        nodes.get(node).ended = true;
        Life next = new Life(node);
        nodes.put(node, next);
        return next;
    }

    Random random() {
        return random;
    }
}
