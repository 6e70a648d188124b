package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The primary node: at most one, elected through the VIOS DB. It writes down first how the others stand, tells the nodes
 * of new events, and is the default contact of management tools. Nothing that must not be done twice rests on it. A node
 * that does not reach the VIOS DB forgoes the role, also while its heartbeats come.
 */
@ProviderType
public interface Primary {
    /** The ownership row of the primary node. */
    String OBJECT = "primary";

    /** The primary node, as the local view has it. */
    Optional<UUID> node();

    /** Rises with every election. */
    long epoch();

    /** How the nodes stand, as it is written down, ordered by node. */
    List<Standing> standings();

    /** Whether this node is the primary one, and may act as such now. */
    boolean isSelf();

    /**
     * How a node stands. It is written down for people and events; whether a node may be taken over is decided by proofs.
     *
     * @param state {@code up}, {@code stopped} or {@code failed}
     * @param reason why it is no longer up, or what it has lost
     * @param storageLost whether it does not reach the storage of a pool
     * @param databaseLost whether it does not reach the VIOS DB
     */
    record Standing(
            UUID node, UUID incarnation, String state, String reason, boolean storageLost, boolean databaseLost) {}
}
