package org.serai.cluster;

import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.cluster.spi.LeaseArea;

/** Who lives, as shown by heartbeats on shared storage. */
@ProviderType
public interface Liveness {
    /** Begins to renew this node's lease in a pool and to watch the other slots; returns after the first renewal. */
    void attach(LeaseArea area);

    /** Writes a goodbye for that pool and stops renewing there; the node must own nothing in it any more. */
    void detach(LeaseArea area);

    /** What this node sees of another one (or of itself). */
    Seen seen(UUID node);

    /**
     * Proves that an incarnation is over, waiting as long as that takes.
     *
     * @param progress is told about once a second what is being waited for
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#ALIVE} as soon as the incarnation shows life;
     *     {@link ClusterError#NO_PROOF} if no shared storage shows anything of it
     */
    DeathProof prove(UUID node, UUID incarnation, Consumer<String> progress);

    /**
     * What is seen of a node.
     *
     * @param state one word
     * @param silentMs time since its sequence number last changed, on this node's clock; 0 for the node itself
     * @param databaseLost whether it says that it does not reach the VIOS DB
     */
    record Seen(State state, long silentMs, boolean databaseLost) {
        /** Of a node that says nothing of the VIOS DB. */
        public Seen(State state, long silentMs) {
            this(state, silentMs, false);
        }
    }

    /** What is seen of a node. */
    enum State {
        /** Its sequence number rises. */
        ALIVE,
        /** Its sequence number has stood still for longer than two renewals. */
        SUSPECT,
        /** Its sequence number has stood still for lease time plus margin: it may be taken over. */
        DEAD,
        /** It said goodbye. */
        STOPPED,
        /** No attached pool shows a slot of it. */
        UNKNOWN
    }
}
