package org.serai.message;

import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes messages of one topic: a service with the property {@code message.topic}. Messages that want no response are
 * handled one after the other for each sender, in its order; those that want one at once, each on a thread of its own,
 * for whoever waits for an answer has an order already.
 */
@ConsumerType
@FunctionalInterface
public interface MessageHandler {
    /**
     * Handles a message.
     *
     * @param from the sender, as the transport has authenticated it
     * @return the response; ignored for a message that wants none
     */
    byte[] handle(UUID from, byte[] payload);
}
