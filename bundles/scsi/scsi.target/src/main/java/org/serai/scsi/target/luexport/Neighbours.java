package org.serai.scsi.target.luexport;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
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
    private final Duration initiatorsPatience;

    /**
     * Those of a node.
     *
     * @param threads runs what waits for other nodes
     * @param initiatorsPatience how long an initiator waits for what it asked for
     */
    Neighbours(Cluster cluster, Messages messages, Executor threads, Duration initiatorsPatience) {
        this.cluster = cluster;
        this.messages = messages;
        this.threads = threads;
        this.initiatorsPatience = initiatorsPatience;
    }

    /** Asks a node, and returns when it has done what it was asked. */
    byte[] ask(UUID node, PathMessage message) {
        return messages.request(node, PathMessage.TOPIC, message.bytes(), PATIENCE);
    }

    /**
     * The others need to know that one more may take the LU; who does not answer sees it within a second.
     *
     * @return who has answered
     */
    Set<UUID> tellOfNewPath(UUID lu, List<PathRow> paths) {
        Set<UUID> answered = new HashSet<>();
        for (PathRow path : paths) {
            if (!cluster.isSelf(path.node()) && cluster.mayHear(path.node())) {
                try {
                    ask(path.node(), new PathMessage(PathMessage.Kind.LOOK, lu));
                    answered.add(path.node());
                } catch (SeraiException e) {
                    LOG.warn("{} is not told of a new path: {}", cluster.name(path.node()), e.getMessage());
                }
            }
        }
        return answered;
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
     * Does something for an initiator, and returns when it is done, or fails as it does. Beyond the initiator's patience it
     * goes on by itself, and this fails with {@link MessageError#NO_ANSWER}.
     */
    void forInitiator(String what, Runnable work) {
        var done = CompletableFuture.runAsync(work, threads);
        try {
            done.get(initiatorsPatience.toMillis(), TimeUnit.MILLISECONDS);
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
        Optional<Owner> owner = other(lu);
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Optional<DeathProof> over =
                cluster.mayBeOver(owner.get()) ? proofUnlessAlive(owner.get(), progress) : Optional.empty();
        if (over.isPresent()) {
            return over;
        }
        UUID holder = holder(owner.get());
        try {
            ask(holder, new PathMessage(PathMessage.Kind.YIELD, lu));
            return Optional.empty();
        } catch (SeraiException e) {
            if (e.code() != MessageError.NO_ANSWER && e.code() != MessageError.NOT_CONNECTED) {
                throw e;
            }
            progress.accept("Node " + cluster.name(holder) + " does not answer.");
        }
        return Optional.of(prove(owner.get(), progress));
    }

    /**
     * Empty if nobody holds an LU, else the proof that its holder is over, which is waited for. One that lives is asked for
     * nothing.
     *
     * @throws SeraiException {@link org.serai.cluster.ClusterError#ALIVE} if it lives
     */
    Optional<DeathProof> left(UUID lu, Consumer<String> progress) {
        return other(lu).map(owner -> prove(owner, progress));
    }

    private Optional<Owner> other(UUID lu) {
        return cluster.holder(lu).filter(found -> !cluster.isSelf(holder(found)));
    }

    /** The proof that a holder is over, which is waited for; empty as soon as it shows life. */
    Optional<DeathProof> proofUnlessAlive(Owner owner, Consumer<String> progress) {
        try {
            return Optional.of(prove(owner, progress));
        } catch (SeraiException e) {
            if (e.code() != ClusterError.ALIVE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private DeathProof prove(Owner owner, Consumer<String> progress) {
        String name = cluster.name(holder(owner));
        return cluster.liveness()
                .prove(
                        holder(owner),
                        owner.incarnation().orElseThrow(),
                        told -> progress.accept("Node " + name + ": " + told + "."));
    }

    private static UUID holder(Owner owner) {
        return owner.holder().orElseThrow();
    }
}
