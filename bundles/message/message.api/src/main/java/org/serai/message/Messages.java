package org.serai.message;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Messages to other nodes, the short way; {@link Viod} has all sorts. A broadcast is a hint that may be lost; a request is answered, or fails, within its time. No
 * message is proof of anything: whoever acts on one asks the database.
 */
@ProviderType
public interface Messages {
    /** Sends to all other registered nodes, without knowing who gets it. */
    void broadcast(String topic, byte[] payload);

    /**
     * Asks a node and waits for its answer; an error of the handler comes back with its code and sentences. It is sent
     * again until the node confirms it, and handled once.
     */
    byte[] request(UUID node, String topic, byte[] payload, Duration timeout);

    /** The nodes that the transport sees now, this one included: suspicion, not truth. */
    Set<UUID> view();
}
