package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** A node's membership of a cluster, a service while it lasts. Answers from the local view. */
@ProviderType
public interface Membership {
    /** The cluster. */
    ClusterInfo cluster();

    /** This node as it is registered. */
    Node self();

    /** All registered nodes, ordered by name, this one included. */
    List<Node> nodes();

    /** A node by UUID. */
    Optional<Node> node(UUID id);

    /** A node by name or UUID text; {@link ClusterError#NO_SUCH_NODE} otherwise. */
    Node node(String nameOrId);

    /** Records where this node's transport or target listens, for the others to find. */
    void announce(Address kind, String hostAndPort);

    /** The secret that members share, for the transport's keys; never shown and never logged. */
    byte[] secret();

    /** What can be announced. */
    enum Address {
        /** The iSCSI portal. */
        PORTAL,
        /** The transport. */
        TRANSPORT
    }

    /**
     * A cluster and its timing, which is the same on every node.
     *
     * @param renewalMs how often a node renews its lease
     * @param leaseMs after this time without a renewal a node is killed by its watchdog
     * @param marginMs this much earlier it has stopped serving, and this much later it may be taken over
     */
    record ClusterInfo(UUID id, String name, long renewalMs, long leaseMs, long marginMs) {}
}
