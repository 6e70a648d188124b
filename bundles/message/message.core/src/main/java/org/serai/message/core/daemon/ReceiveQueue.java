package org.serai.message.core.daemon;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages on their way to handlers: those of one sender one after the other, unless they want a response. Bounded, so
 * that a sender who is faster than the handlers is held back by receipts that do not come.
 */
final class ReceiveQueue {
    private static final int MAX_OF_A_SENDER = 10_000;
    private static final long MAX_BYTES = 32 << 20;

    private final Executor threads;
    private final Map<UUID, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger depth = new AtomicInteger();
    private final Queue<Runnable> toStart = new ConcurrentLinkedQueue<>();

    ReceiveQueue(Executor threads) {
        this.threads = threads;
    }

    /** What one sender has waiting. */
    private static final class Lane {
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final AtomicInteger depth = new AtomicInteger();
        private boolean running;
    }

    int depth() {
        return depth.get();
    }

    boolean hasRoom(UUID sender) {
        Lane lane = lanes.get(sender);
        return bytes.get() < MAX_BYTES && (lane == null || lane.depth.get() < MAX_OF_A_SENDER);
    }

    /** Gives threads to what was queued since the last time. */
    void start() {
        for (Runnable next = toStart.poll(); next != null; next = toStart.poll()) {
            threads.execute(next);
        }
    }

    /** To be run after what came from this sender before. */
    void inOrder(UUID sender, int payloadBytes, Runnable task) {
        Lane lane = enter(sender, payloadBytes);
        synchronized (lane) {
            lane.waiting.add(() -> run(lane, payloadBytes, task));
            if (lane.running) {
                return;
            }
            lane.running = true;
        }
        toStart.add(() -> work(lane));
    }

    /** To be run on a thread of its own. */
    void atOnce(UUID sender, int payloadBytes, Runnable task) {
        Lane lane = enter(sender, payloadBytes);
        toStart.add(() -> run(lane, payloadBytes, task));
    }

    private Lane enter(UUID sender, int payloadBytes) {
        Lane lane = lanes.computeIfAbsent(sender, _ -> new Lane());
        lane.depth.incrementAndGet();
        depth.incrementAndGet();
        bytes.addAndGet(payloadBytes);
        return lane;
    }

    private void run(Lane lane, int payloadBytes, Runnable task) {
        try {
            task.run();
        } finally {
            lane.depth.decrementAndGet();
            depth.decrementAndGet();
            bytes.addAndGet(-payloadBytes);
        }
    }

    private static void work(Lane lane) {
        while (true) {
            Runnable next;
            synchronized (lane) {
                next = lane.waiting.poll();
                if (next == null) {
                    lane.running = false;
                    return;
                }
            }
            next.run();
        }
    }
}
