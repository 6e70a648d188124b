package org.serai.partition.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deaths that one operation has proof of. Whoever took a partition over may have died before it took its LUs over
 * too: so each object is asked for its own holder, and each holder is proven dead by itself.
 */
final class Proofs {
    private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);

    private final PartitionContext context;
    private final Consumer<String> progress;
    private final Map<UUID, DeathProof> proofs = new HashMap<>();

    Proofs(PartitionContext context, Consumer<String> progress) {
        this.context = context;
        this.progress = progress;
    }

    private boolean isProven(UUID node, UUID incarnation) {
        DeathProof proof = proofs.get(node);
        return proof != null && proof.incarnation().equals(incarnation);
    }

    /** Proves a death, waiting as long as that takes, unless it is proven already. */
    DeathProof prove(UUID node, UUID incarnation) {
        if (!isProven(node, incarnation)) {
            proofs.put(
                    node,
                    context.liveness()
                            .prove(
                                    node,
                                    incarnation,
                                    s -> progress.accept("Node " + context.nodeName(node) + ": " + s + ".")));
        }
        return proofs.get(node);
    }

    /** The proof that the holder of an object is dead, if it is another node and there is one. */
    Optional<DeathProof> holderOf(String object) {
        Optional<Owner> holder = context.ownership()
                .owner(object)
                .filter(o -> o.holder().isPresent()
                        && !o.holder().equals(Optional.of(context.self().id())));
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        UUID node = holder.get().holder().orElseThrow();
        UUID incarnation = holder.get().incarnation().orElseThrow();
        return isOver(node, incarnation) ? Optional.of(proofs.get(node)) : Optional.empty();
    }

    /** Whether that incarnation can be proven to be over; waits if it is silent. */
    boolean isOver(UUID node, UUID incarnation) {
        try {
            prove(node, incarnation);
            return true;
        } catch (SeraiException e) {
            if (e.code() != ClusterError.ALIVE && e.code() != ClusterError.NO_PROOF) {
                throw e;
            }
            LOG.info("node {} is not known to be dead: {}", node, e.getMessage());
            return false;
        }
    }
}
