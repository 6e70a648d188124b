package org.serai.message;

import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes messages of one topic: a service with the property {@code message.topic}. */
@ConsumerType
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles a message, on a thread of its own.
     *
     * @param from the sender, as the transport has authenticated it
     * @return the answer to a request; ignored for a broadcast
     */
    byte[] handle(UUID from, byte[] payload);
}
