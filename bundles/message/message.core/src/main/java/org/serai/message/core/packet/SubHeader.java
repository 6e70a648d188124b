package org.serai.message.core.packet;

import java.util.List;
import java.util.UUID;

/**
 * Who sends what to whom.
 *
 * @param targets none in a broadcast
 * @param response whether targets answer
 * @param place filled in by the VKE for each target
 * @param rcReference names the RC array at the sender; 0 if it waits for no receipts
 * @param rcLength entries that the RC array has room for; 0 if it waits for no receipts
 * @param originator the third-party caller; empty for the sender itself
 * @param topic of a message; empty in responses and receipts
 */
public record SubHeader(
        Opcode opcode,
        UUID sender,
        List<UUID> targets,
        boolean broadcast,
        boolean response,
        Place place,
        long rcReference,
        int rcLength,
        String originator,
        String topic) {
    /** Copies the list. */
    public SubHeader {
        targets = List.copyOf(targets);
    }

    /** What a packet is. */
    public enum Opcode {
        /** For a handler. */
        MESSAGE,
        /** What a handler answered. */
        RESPONSE,
        /** The message has come. */
        RECEIPT
    }

    /**
     * A place among what one life of a sender sends to one node. Messages with receipts are numbered from 1 without
     * gaps; one without has the number of the last one before it, and a count of its own.
     *
     * @param order of this message, or of the last one with receipts before it
     * @param loose 0 for a message with receipts; otherwise its count, from 1
     * @param floor the lowest order that the sender may still send to that node: nobody waits for any below
     */
    public record Place(long order, long loose, long floor) {
        /** Of what is in no order: responses; a receipt has the order of its message alone. */
        public static final Place NONE = new Place(0, 0, 0);
    }
}
