package org.serai.message;

import java.util.List;
import java.util.UUID;

/**
 * The RC array of a message as it ended.
 *
 * @param transaction of the message
 * @param entries one for each registered node
 */
public record Receipts(String transaction, List<Entry> entries) {
    /** Copies the list. */
    public Receipts {
        entries = List.copyOf(entries);
    }

    /** Whether every target has confirmed. */
    public boolean complete() {
        return entries.stream().noneMatch(entry -> entry.state() == State.FAILED || entry.state() == State.WAITING);
    }

    /** How a node stands. */
    public enum State {
        /** The message was not for this node. */
        NOT_ASKED,
        /** Nothing was heard yet. */
        WAITING,
        /** The node has confirmed. */
        RECEIVED,
        /** The node has not confirmed in time, however often it was sent again: whether it has the message is open. */
        FAILED
    }

    /**
     * A node's receipt.
     *
     * @param attempts how often the message was sent to it
     * @param afterUs from the first sending to the receipt, microseconds; 0 without one
     */
    public record Entry(UUID node, State state, int attempts, long afterUs) {}
}
