package org.serai.simulator.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.serai.message.Receipts;
import org.serai.message.Response;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Trace;

/** Messages that were sent, what became of them, and who processed them. */
public final class MessageLedger {
    /** How often docs/protocol.md promises to send a message. */
    private static final int ATTEMPTS = 4;

    private final Trace trace;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, Long> last = new HashMap<>();
    private final Set<String> processed = new HashSet<>();
    private final Map<UUID, Listener> lives = new HashMap<>();

    /** Nothing yet. */
    public MessageLedger(Trace trace) {
        this.trace = trace;
    }

    /** What was sent, by whom, to what is promised. */
    private record Sent(
            String id,
            Life sender,
            CompletableFuture<Receipts> receipts,
            CompletableFuture<List<Response>> responses,
            Map<UUID, Listener> there) {}

    /** A membership of a node, in a process. */
    private record Listener(String alias, Life life) {}

    /** A node hears messages from now on as this. */
    public void listens(UUID node, String alias, Life life) {
        lives.put(node, new Listener(alias, life));
    }

    /** A message was given to the daemon. */
    public void sent(
            String id, Life sender, CompletableFuture<Receipts> receipts, CompletableFuture<List<Response>> responses) {
        sent.add(new Sent(id, sender, receipts, responses, Map.copyOf(lives)));
    }

    /**
     * A message without a response was given to the daemon.
     *
     * @param seen whether its sender's transport has seen a node all the time since
     */
    public void mustBeTried(String id, CompletableFuture<Receipts> receipts, Predicate<UUID> seen) {
        receipts.thenAccept(ended -> ended.entries().stream()
                .filter(entry -> entry.state() == Receipts.State.FAILED)
                .filter(entry -> entry.attempts() < ATTEMPTS && seen.test(entry.node()))
                .findFirst()
                .ifPresent(entry -> trace.broken("a message is sent " + ATTEMPTS
                        + " times before a node that is seen is given up: " + id + " to " + entry)));
    }

    /**
     * A message is processed.
     *
     * @param stream in which numbers rise, by sender and receiver
     */
    public void processed(String id, String receiver, String stream, long number) {
        if (!processed.add(id + " at " + receiver)) {
            throw trace.broken("a message is processed once: " + id + " at " + receiver);
        }
        var key = stream + " at " + receiver;
        var before = last.put(key, number);
        if (before != null && before >= number) {
            throw trace.broken("messages of one sender are in order: " + id + " after " + before + " at " + key);
        }
    }

    /** A request is processed, in no order. */
    public void answered(String id, String receiver) {
        if (!processed.add(id + " at " + receiver)) {
            throw trace.broken("a request is processed once: " + id + " at " + receiver);
        }
    }

    /** Whether every receipt array of a process that lives is filled, and every response is there or has timed out. */
    public boolean isSettled() {
        return sent.stream()
                .filter(each -> !each.sender().isDead())
                .allMatch(each -> each.receipts().isDone() && each.responses().isDone());
    }

    /** What was received is processed, where the receiver lives on. */
    public void check() {
        for (var each : sent) {
            if (each.sender().isDead()) {
                continue;
            }
            for (var entry : each.receipts().join().entries()) {
                var listener = each.there().get(entry.node());
                if (entry.state() == Receipts.State.WAITING) {
                    throw trace.broken("a receipt array is filled at its end: " + each.id());
                }
                if (entry.state() == Receipts.State.RECEIVED
                        && listener != null
                        && !listener.life().isDead()
                        && listener.equals(lives.get(entry.node()))
                        && !processed.contains(each.id() + " at " + listener.alias())) {
                    throw trace.broken("what is receipted is processed: " + each.id() + " at " + listener.alias());
                }
            }
        }
    }

    /** How many. */
    public int size() {
        return sent.size();
    }
}
