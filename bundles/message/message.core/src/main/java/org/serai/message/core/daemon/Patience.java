package org.serai.message.core.daemon;

/**
 * How long receipts are waited for.
 *
 * @param receiptMs for the first attempt; doubled with each further one
 * @param attempts how often a message is sent to a node at most
 * @param unseenMs after which a node that the transport does not see is given up
 */
public record Patience(long receiptMs, int attempts, long unseenMs) {
    /** Sent after 0, 0.5, 1.5 and 3.5 s, given up after 7.5 s; after 3.5 s if the node is not even seen. */
    public static final Patience USUAL = new Patience(500, 4, 3_000);

    long receiptMs(int attempt) {
        return receiptMs << (attempt - 1);
    }
}
