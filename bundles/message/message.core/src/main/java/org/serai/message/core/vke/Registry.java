package org.serai.message.core.vke;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The nodes that are registered in the VIOS DB, as the local view has them. */
public interface Registry {
    /** All of them, this one included. */
    List<UUID> nodes();

    /** The wire that this node is on; empty without one. */
    String wire();

    /** What a node's wire is, if it listens on another one than this node does. */
    Optional<String> otherWire(UUID node);
}
