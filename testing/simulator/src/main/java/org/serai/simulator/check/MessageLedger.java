package org.serai.simulator.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
            long atNs,
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
        sent.add(new Sent(id, sender, sender.loop().nowNs(), receipts, responses, Map.copyOf(lives)));
        responses.thenAccept(came -> came.forEach(response -> checkAnswer(id, response)));
    }

    /** Who is asked answers with what was asked. */
    private void checkAnswer(String id, Response response) {
        if (response instanceof Response.Answer answer
                && !Arrays.equals(answer.payload(), id.getBytes(StandardCharsets.UTF_8))) {
            throw trace.broken("a response is that of its request: " + id + " is answered with "
                    + new String(answer.payload(), StandardCharsets.UTF_8));
        }
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
        return ofTheLiving().stream()
                .allMatch(each -> each.receipts().isDone() && each.responses().isDone());
    }

    /** What was received and is not processed, where the receiver lives on; empty if there is nothing. */
    public String unprocessed() {
        for (var each : ofTheLiving()) {
            for (var entry : each.receipts().join().entries()) {
                var listener = each.there().get(entry.node());
                if (entry.state() == Receipts.State.RECEIVED
                        && listener != null
                        && !listener.life().isDead()
                        && listener.equals(lives.get(entry.node()))
                        && !processed.contains(each.id() + " at " + listener.alias())) {
                    return "what is receipted is not processed: " + each.id() + " at " + listener.alias();
                }
            }
        }
        return "";
    }

    /**
     * All arrays are filled, and in the end everything gets through.
     *
     * @param wellNs from then on every message does
     */
    public void check(long wellNs) {
        for (var each : ofTheLiving()) {
            for (var entry : each.receipts().join().entries()) {
                if (entry.state() == Receipts.State.WAITING) {
                    throw trace.broken("a receipt array is filled at its end: " + each.id());
                }
                if (entry.state() == Receipts.State.FAILED && each.atNs() > wellNs) {
                    throw trace.broken("when all is well every message gets through: " + each.id() + " to " + entry);
                }
            }
        }
    }

    private List<Sent> ofTheLiving() {
        return sent.stream().filter(each -> !each.sender().isDead()).toList();
    }

    /** How many. */
    public int size() {
        return sent.size();
    }
}
