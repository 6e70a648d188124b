package org.serai.message.core;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.Messages;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and consumes messages, over whichever link there is at the moment. */
final class Daemon implements Messages, Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final int MAX_TOPIC_CHARACTERS = 255;
    private static final long LOOK_AGAIN_MS = 100;

    private final UUID self;
    private final Handlers handlers;
    private final Executor threads;
    private final AtomicLong correlation;
    private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> dropped = new ConcurrentHashMap<>();
    private final Duration patience;
    private final Object view = new Object();
    private volatile Optional<Link> link = Optional.empty();

    /**
     * A daemon without a link.
     *
     * @param threads runs each handler
     * @param random where correlations begin: an answer to a former life of this node must fit no request of this one
     * @param patience how long a request waits for a node that the transport does not see yet, as right after a start
     */
    Daemon(UUID self, Handlers handlers, Executor threads, RandomGenerator random, Duration patience) {
        this.self = self;
        this.handlers = handlers;
        this.threads = threads;
        this.patience = patience;
        correlation = new AtomicLong(random.nextLong());
    }

    private record Asked(UUID node, CompletableFuture<byte[]> answer) {}

    /** Messages go over that link from now on, or nowhere. */
    void use(Optional<Link> next) {
        link = next;
        lookAgain();
    }

    private void lookAgain() {
        synchronized (view) {
            view.notifyAll();
        }
    }

    /** How many packets were dropped, by reason. */
    Map<String, Long> dropped() {
        Map<String, Long> counts = new ConcurrentHashMap<>();
        dropped.forEach((reason, count) -> counts.put(reason, count.sum()));
        return Map.copyOf(counts);
    }

    @Override
    public void broadcast(String topic, byte[] payload) {
        byte[] packet = packet(Packet.Kind.BROADCAST, 0, topic, payload);
        link.ifPresent(to -> to.broadcast(packet));
    }

    @Override
    public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
        long id = correlation.incrementAndGet();
        byte[] packet = packet(Packet.Kind.REQUEST, id, topic, payload);
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        asked.put(id, new Asked(node, answer));
        try {
            if (node.equals(self)) {
                threads.execute(() -> answerOwn(topic, payload.clone(), answer));
            } else if (!send(node, packet, timeout.compareTo(patience) < 0 ? timeout : patience)) {
                throw MessageError.NOT_CONNECTED.error(
                        "The request '" + topic + "' was not sent to node " + node,
                        "the transport does not see that node",
                        "see that the node runs; cluster:status shows who is seen");
            }
            return await(answer, node, topic, timeout);
        } finally {
            asked.remove(id);
        }
    }

    /** Sends as soon as the node is in view; false if it does not come into view in that time. */
    private boolean send(UUID node, byte[] packet, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        // Not under the lock: a transport may tell of its view while it sends.
        while (!link.map(to -> to.send(node, packet)).orElse(false)) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMs <= 0 || !awaitChange(Math.min(leftMs, LOOK_AGAIN_MS))) {
                return false;
            }
        }
        return true;
    }

    /** Waits until the view changes, or not much longer: it may have changed just before. False if interrupted. */
    private boolean awaitChange(long atMostMs) {
        synchronized (view) {
            try {
                view.wait(atMostMs);
                return true;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private void answerOwn(String topic, byte[] payload, CompletableFuture<byte[]> answer) {
        try {
            answer.complete(handlers.answer(self, topic, payload));
        } catch (SeraiException e) {
            answer.completeExceptionally(e);
        }
    }

    private static byte[] await(CompletableFuture<byte[]> answer, UUID node, String topic, Duration timeout) {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw noAnswer(node, topic, "it did not come within " + timeout.toMillis() + " ms");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw noAnswer(node, topic, "waiting for it was interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SeraiException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private static SeraiException noAnswer(UUID node, String topic, String cause) {
        return MessageError.NO_ANSWER.error(
                "The request '" + topic + "' to node " + node + " has no answer",
                cause,
                "look in the database whether it was done, then try again");
    }

    private static byte[] packet(Packet.Kind kind, long correlation, String topic, byte[] payload) {
        if (topic.isEmpty() && kind.compareTo(Packet.Kind.ANSWER) < 0 || topic.length() > MAX_TOPIC_CHARACTERS) {
            throw new IllegalArgumentException("a topic has 1 to " + MAX_TOPIC_CHARACTERS + " characters");
        }
        if (payload.length > Packet.MAX_PAYLOAD_BYTES) {
            throw MessageError.TOO_LARGE.error(
                    "The message '" + topic + "' was not sent",
                    "it has " + payload.length + " bytes",
                    "send at most " + Packet.MAX_PAYLOAD_BYTES + " bytes, and the rest through the pool");
        }
        return new Packet(kind, correlation, topic, payload).encode();
    }

    @Override
    public Set<UUID> view() {
        return link.map(Link::view).filter(nodes -> !nodes.isEmpty()).orElse(Set.of(self));
    }

    @Override
    public void received(UUID from, byte[] message) {
        try {
            Packet packet = Packet.decode(message);
            switch (packet.kind()) {
                case BROADCAST -> threads.execute(() -> handlers.hear(from, packet.topic(), packet.payload()));
                case REQUEST -> threads.execute(() -> answer(from, packet));
                case ANSWER -> expected(from, packet).complete(packet.payload());
                case ERROR -> expected(from, packet).completeExceptionally(Fault.decode(packet.payload()));
            }
        } catch (Packet.Malformed e) {
            LongAdder count = dropped.computeIfAbsent(e.getMessage(), _ -> new LongAdder());
            count.increment();
            LOG.debug("A packet of node {} was dropped: {}", from, e.getMessage());
        }
    }

    /** An answer counts only from the node that was asked, and while somebody waits for it. */
    private CompletableFuture<byte[]> expected(UUID from, Packet packet) throws Packet.Malformed {
        Asked waiting = asked.get(packet.correlation());
        if (waiting == null || !waiting.node().equals(from)) {
            throw new Packet.Malformed("nobody waits for this answer");
        }
        return waiting.answer();
    }

    private void answer(UUID from, Packet request) {
        byte[] reply;
        try {
            byte[] answer = handlers.answer(from, request.topic(), request.payload());
            reply = packet(Packet.Kind.ANSWER, request.correlation(), "", answer);
        } catch (SeraiException e) {
            reply = packet(Packet.Kind.ERROR, request.correlation(), "", Fault.encode(e));
        }
        byte[] packet = reply;
        if (!link.map(to -> to.send(from, packet)).orElse(false)) {
            LOG.debug("The answer to '{}' of node {} could not be sent", request.topic(), from);
        }
    }

    @Override
    public void viewChanged(Set<UUID> nodes) {
        LOG.info("The transport sees {} node(s): {}", nodes.size(), nodes);
        lookAgain();
    }
}
