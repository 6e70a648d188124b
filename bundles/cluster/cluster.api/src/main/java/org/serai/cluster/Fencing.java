package org.serai.cluster;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** How it is made sure that a node is over, and how one that is over is taken out of the cluster. */
@ProviderType
public interface Fencing {
    /** Which rungs of the ladder of proofs are held for a node's present incarnation, best first. Changes nothing. */
    List<Rung> explain(UUID node);

    /**
     * Proves that the node's present incarnation is over, by power fencing if that is configured and needed, and writes
     * that down.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#ALIVE}, {@link ClusterError#NO_PROOF}
     */
    DeathProof fence(UUID node, Consumer<String> progress);

    /**
     * Takes an operator's word that the node's host is off, and writes it down: it proves the end of the present
     * incarnation to every node. If the word is wrong, data can be lost.
     *
     * @param typedName the node's name as the operator typed it; {@link ClusterError#NOT_CONFIRMED} if it is another
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#ALIVE} if its heartbeats are seen
     */
    DeathProof operatorWord(UUID node, String typedName);

    /**
     * Takes a dead node out of the cluster, with its exports. What it owned is free afterwards, with a higher epoch at the
     * next grant.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#ALIVE}, {@link ClusterError#NO_PROOF};
     *     {@link ClusterError#STILL_HOLDS} if partitions ran on it that were not started elsewhere
     */
    DeathProof remove(UUID node, Consumer<String> progress);

    /**
     * A rung of the ladder of proofs.
     *
     * @param held whether this proof is held now
     * @param explanation why, or what is missing
     */
    record Rung(DeathProof.Kind kind, boolean held, String explanation) {}
}
