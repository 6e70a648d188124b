package org.serai.storage.core.relay;

import java.util.List;
import java.util.UUID;

/** How neighbours are asked. */
public interface Wire {
    /** This node's neighbours that can be asked now, the first one first. */
    List<UUID> neighbours();

    /** A node's name, for people. */
    String name(UUID node);

    /**
     * Asks a node and waits for its answer. Any exception leaves open whether the node has done, or will still do, what it
     * was asked for.
     */
    byte[] ask(UUID node, byte[] request, long withinMs);
}
