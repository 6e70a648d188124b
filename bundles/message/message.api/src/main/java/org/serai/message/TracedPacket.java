package org.serai.message;

import java.util.UUID;

/**
 * A packet that was sent or received.
 *
 * @param outgoing whether this node sent it
 * @param peer the other node
 * @param kind message, response or receipt
 * @param transaction of the message
 * @param topic of a message; empty otherwise
 * @param order place among the sender's messages with receipts to that node; 0 without one
 * @param bytes of the whole packet
 * @param outcome what became of it here, for example {@code sent} or {@code duplicate}
 */
public record TracedPacket(
        boolean outgoing,
        UUID peer,
        String kind,
        String transaction,
        String topic,
        long order,
        int bytes,
        String outcome) {}
