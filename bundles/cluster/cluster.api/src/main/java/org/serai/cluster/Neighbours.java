package org.serai.cluster;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Redundancy data: which nodes take a node's I/O when it loses its storage. */
@ProviderType
public interface Neighbours {
    /** How many are chosen where nothing was set. */
    int CHOSEN = 2;

    /** The neighbours of a node, the first one first, as they were set, else as they are chosen. */
    Chosen of(UUID node);

    /**
     * Sets the neighbours of a node.
     *
     * @param neighbours the first one first; empty for the choice that is made without a setting
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#NO_SUCH_NODE};
     *     {@link ClusterError#BAD_NAME} if one is named twice, or is the node itself
     */
    Chosen set(UUID node, List<UUID> neighbours);

    /**
     * Neighbours.
     *
     * @param set whether somebody has set them
     */
    record Chosen(List<UUID> nodes, boolean set) {}
}
