package org.serai.message.core.daemon;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.serai.ffdc.SeraiException;
import org.serai.message.Response;
import org.serai.message.core.packet.TransactionId;
import org.serai.message.core.vke.Counts;
import org.serai.message.core.vke.Deadlines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages whose responses are waited for, with the callers that want them. */
final class ResponseQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseQueue.class);

    private final LongSupplier nanoClock;
    private final Deadlines deadlines;
    private final Counts counts;
    private final Map<TransactionId, Waiting> entries = new ConcurrentHashMap<>();

    ResponseQueue(LongSupplier nanoClock, Deadlines deadlines, Counts counts) {
        this.nanoClock = nanoClock;
        this.deadlines = deadlines;
        this.counts = counts;
    }

    /** A message that waits. */
    private final class Waiting {
        private final Set<UUID> open;
        private final Map<UUID, Response> responses = new TreeMap<>();
        private final Consumer<Response> caller;
        private final CompletableFuture<List<Response>> all = new CompletableFuture<>();
        private final long begunNanos = nanoClock.getAsLong();

        Waiting(Collection<UUID> targets, Consumer<Response> caller) {
            open = new TreeSet<>(targets);
            this.caller = caller;
        }

        /** False if this node has answered already or was not asked. */
        boolean accept(Response response) {
            boolean last;
            synchronized (this) {
                if (!open.remove(response.node())) {
                    return false;
                }
                responses.put(response.node(), response);
                last = open.isEmpty();
            }
            pass(response);
            if (last) {
                all.complete(List.copyOf(responses.values()));
            }
            return true;
        }

        private void pass(Response response) {
            try {
                caller.accept(response);
            } catch (RuntimeException e) {
                LOG.error("The caller that waited for node {} failed at its response", response.node(), e);
            }
        }

        synchronized List<UUID> open() {
            return List.copyOf(open);
        }
    }

    /**
     * Waits for responses.
     *
     * @param ended is run when nothing is waited for any more
     * @param late makes the error of a node that has not answered in time
     */
    CompletableFuture<List<Response>> await(
            TransactionId transaction,
            Collection<UUID> targets,
            Duration atMost,
            Consumer<Response> caller,
            Runnable ended,
            Function<UUID, SeraiException> late) {
        Waiting waiting = new Waiting(targets, caller);
        if (targets.isEmpty()) {
            waiting.all.complete(List.of());
            return waiting.all;
        }
        entries.put(transaction, waiting);
        Deadlines.Due due = deadlines.after(atMost.toMillis(), () -> {
            ended.run();
            waiting.open().forEach(node -> fail(transaction, node, late.apply(node)));
        });
        waiting.all.whenComplete((_, _) -> {
            deadlines.cancel(due);
            entries.remove(transaction);
        });
        return waiting.all;
    }

    /** Passes a response on to whoever waits for it; false if nobody does. */
    boolean accept(TransactionId transaction, Response response) {
        Waiting waiting = entries.get(transaction);
        if (waiting == null || !waiting.accept(response)) {
            return false;
        }
        counts.count(Counts.What.RESPONSES_RECEIVED);
        counts.responseLatency().add(nanoClock.getAsLong() - waiting.begunNanos);
        return true;
    }

    /** Nothing more is awaited from that node, for this reason. */
    void fail(TransactionId transaction, UUID node, SeraiException why) {
        Waiting waiting = entries.get(transaction);
        if (waiting != null && waiting.accept(new Response.Failure(node, why))) {
            counts.count(Counts.What.RESPONSES_MISSING);
        }
    }

    int depth() {
        return entries.size();
    }
}
