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

    /** Whether that incarnation of a node is known to be over. */
    boolean isDead(UUID node, UUID incarnation) {
        DeathProof proof = proofs.get(node);
        return proof != null && proof.incarnation().equals(incarnation);
    }

    /** Proves a death, waiting as long as that takes, unless it is proven already. */
    DeathProof prove(UUID node, UUID incarnation) {
        if (!isDead(node, incarnation)) {
            proofs.put(node, context.liveness().prove(node, incarnation, progress));
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
        try {
            return Optional.of(prove(
                    holder.get().holder().orElseThrow(),
                    holder.get().incarnation().orElseThrow()));
        } catch (SeraiException e) {
            if (e.code() != ClusterError.ALIVE && e.code() != ClusterError.NO_PROOF) {
                throw e;
            }
            LOG.info("{} is not taken over: {}", object, e.getMessage());
            return Optional.empty();
        }
    }
}
