package org.serai.message;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A message to be sent. Four sorts: with or without receipts, with or without a response.
 *
 * @param topic whose handler takes it, 1 to 255 characters
 * @param payload at most {@link #MAX_PAYLOAD_BYTES}; not copied, so leave it alone afterwards
 * @param targets the nodes that it is for; empty for a broadcast to all other registered nodes
 * @param origin where it began
 * @param originator the third-party caller on whose behalf it is sent, at most 255 bytes of UTF-8; empty for the node
 *     itself
 * @param receipts whether each target has to confirm it; it is sent again to those that do not, and only then is it
 *     more than a hint
 * @param response how long responses are waited for; empty if none is wanted
 */
public record Message(
        String topic,
        byte[] payload,
        Set<UUID> targets,
        Origin origin,
        String originator,
        boolean receipts,
        Optional<Duration> response) {
    /** The most that a message carries: 4 MiB. Larger things go through the pool. */
    public static final int MAX_PAYLOAD_BYTES = 4 << 20;

    /** Where a message began. */
    public enum Origin {
        /** An operator's command. */
        COMMAND_LINE,
        /** A program. */
        API
    }

    /** Copies the set of targets. */
    public Message {
        targets = Set.copyOf(targets);
    }

    /** A hint to all other registered nodes: no receipts, no response. */
    public static Message toAll(String topic, byte[] payload) {
        return new Message(topic, payload, Set.of(), Origin.API, "", false, Optional.empty());
    }

    /** A hint to these nodes: no receipts, no response. */
    public static Message to(Set<UUID> targets, String topic, byte[] payload) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a directed message has a target");
        }
        return new Message(topic, payload, targets, Origin.API, "", false, Optional.empty());
    }

    /** The same, confirmed by each target. */
    public Message withReceipts() {
        return new Message(topic, payload, targets, origin, originator, true, response);
    }

    /** The same, answered by each target within that time. */
    public Message withResponse(Duration within) {
        return new Message(topic, payload, targets, origin, originator, receipts, Optional.of(within));
    }

    /** The same on behalf of a third-party caller. */
    public Message onBehalfOf(Origin where, String caller) {
        return new Message(topic, payload, targets, where, caller, receipts, response);
    }

    /** Whether it is for all others. */
    public boolean isBroadcast() {
        return targets.isEmpty();
    }
}
