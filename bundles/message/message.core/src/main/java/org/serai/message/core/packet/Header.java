package org.serai.message.core.packet;

import org.serai.message.Message.Origin;

/**
 * What a packet begins with, beside magic, version, lengths and checksum.
 *
 * @param neededLength with {@link Status#RC_ARRAY_TOO_SHORT} the length that the RC array must have; 0 otherwise
 * @param receipts whether the receiving VKE issues a receipt
 */
public record Header(TransactionId transaction, Status status, int neededLength, Origin origin, boolean receipts) {
    /** The return code. */
    public enum Status {
        /** All is well. */
        OK,
        /** The payload of a response is an error. */
        FAILED,
        /** Goes back to the caller that the RC array must be longer; on no wire. */
        RC_ARRAY_TOO_SHORT
    }

    Header needing(int length) {
        return new Header(transaction, Status.RC_ARRAY_TOO_SHORT, length, origin, receipts);
    }
}
