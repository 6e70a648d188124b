package org.serai.scsi.target.luexport;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes that export an LU, and what they are asked. */
final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    /** A node finishes what is executing and flushes before it gives an LU up. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final Messages messages;
    private final Executor threads;

    Neighbours(Cluster cluster, Messages messages, Executor threads) {
        this.cluster = cluster;
        this.messages = messages;
        this.threads = threads;
    }

    /** Asks a node, and returns when it has done what it was asked. */
    byte[] ask(UUID node, PathMessage message) {
        return messages.request(node, PathMessage.TOPIC, message.bytes(), PATIENCE);
    }

    /** The others need to know that one more may take the LU; who does not answer sees it within a second. */
    void tellOfNewPath(UUID lu, List<PathRow> paths) {
        for (PathRow path : paths) {
            if (!cluster.isSelf(path.node()) && cluster.shows(path.node())) {
                try {
                    ask(path.node(), new PathMessage(PathMessage.Kind.LOOK, lu));
                } catch (SeraiException e) {
                    LOG.warn("{} is not told of a new path: {}", cluster.name(path.node()), e.getMessage());
                }
            }
        }
    }

    /** Tells a node something on another thread; that it may not hear is only noted. */
    void tell(UUID node, PathMessage message) {
        threads.execute(() -> {
            try {
                ask(node, message);
            } catch (SeraiException e) {
                LOG.debug("node {} does not hear of {}: {}", node, message.kind(), e.getMessage());
            }
        });
    }

    /**
     * Does something that may take long, and returns when it is done, or fails as it does. After that time it goes on by
     * itself, and this fails with {@link MessageError#NO_ANSWER}.
     */
    void within(Duration patience, String what, Runnable work) {
        var done = CompletableFuture.runAsync(work, threads);
        try {
            done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw under(what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw under(what);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : new IllegalStateException(e.getCause());
        }
    }

    private static SeraiException under(String what) {
        return MessageError.NO_ANSWER.error(
                "Nobody waits any longer for " + what, "it is not done yet, and goes on", "look again in some seconds");
    }

    /**
     * Has whoever holds an LU give it up. Empty once it is free; a proof if its holder is over, which is waited for.
     *
     * @param progress is told about once a second what is being waited for
     * @throws SeraiException the holder's, if it must keep the LU; {@link org.serai.cluster.ClusterError#ALIVE} if it
     *     lives and does not answer
     */
    Optional<DeathProof> yielded(UUID lu, Consumer<String> progress) {
        Optional<Owner> owner = cluster.holder(lu).filter(found -> !cluster.isSelf(holder(found)));
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        UUID holder = holder(owner.get());
        if (!cluster.mayBeOver(owner.get())) {
            try {
                ask(holder, new PathMessage(PathMessage.Kind.YIELD, lu));
                return Optional.empty();
            } catch (SeraiException e) {
                if (e.code() != MessageError.NO_ANSWER && e.code() != MessageError.NOT_CONNECTED) {
                    throw e;
                }
                progress.accept("Node " + cluster.name(holder) + " does not answer.");
            }
        }
        return Optional.of(prove(holder, owner.get().incarnation().orElseThrow(), progress));
    }

    /** The proof that an incarnation is over; {@link org.serai.cluster.ClusterError#ALIVE} as soon as it shows life. */
    DeathProof prove(UUID node, UUID incarnation, Consumer<String> progress) {
        String name = cluster.name(node);
        return cluster.liveness().prove(node, incarnation, told -> progress.accept("Node " + name + ": " + told + "."));
    }

    private static UUID holder(Owner owner) {
        return owner.holder().orElseThrow();
    }
}
