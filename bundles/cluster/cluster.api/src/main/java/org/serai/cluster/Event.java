package org.serai.cluster;

import java.util.UUID;

/**
 * Something that happened in the cluster. An event that tells of a change of the VIOS DB was written in the transaction
 * of that change: there is one if and only if the change was made.
 *
 * @param number from 1, without gaps, in the order in which the transactions were made
 * @param kind life cycle or alert
 * @param subject what kind of thing it happened to
 * @param action what happened
 * @param object the thing's id as text
 * @param name the thing's name when it happened
 * @param node the node that it happened to or on, which may be registered no more
 * @param text one sentence for people
 * @param at when, by the database's own clock: for people
 */
public record Event(
        long number,
        Kind kind,
        Subject subject,
        Action action,
        String object,
        String name,
        UUID node,
        String text,
        String at) {
    /** The two sorts of events. */
    public enum Kind {
        /** A thing came, changed, or went. */
        LIFECYCLE,
        /** A threshold was crossed, something is out of order, or is in order again. */
        ALERT
    }

    /** What things can happen to. */
    public enum Subject {
        /** The cluster itself. */
        CLUSTER,
        /** A node. */
        NODE,
        /** A client. */
        CLIENT,
        /** A partition. */
        PARTITION,
        /** A virtual adapter. */
        ADAPTER,
        /** A virtual target device: an LU at an adapter. */
        MAPPING,
        /** A pool. */
        POOL,
        /** A PV of a pool. */
        PV,
        /** A tier. */
        TIER,
        /** An LU. */
        LU,
        /** An LU that is exported outside any partition. */
        EXPORT
    }

    /** What can happen. */
    public enum Action {
        /** A node was added to the cluster. */
        ADDED,
        /** A node was removed from the cluster. */
        REMOVED,
        /** A node was stopped in order. */
        STOPPED,
        /** A node was started after it had been stopped in order. */
        STARTED,
        /** A node ended without having been stopped. */
        FAILED,
        /** A node that had failed was started again. */
        RECOVERED,
        /** A node has become the primary one. */
        PRIMARY,
        /** A node's word for dead was given. */
        FENCED,
        /** A thing was made. */
        CREATED,
        /** A thing is not as it was. */
        CHANGED,
        /** A thing is at another place. */
        MOVED,
        /** A thing is gone. */
        DELETED,
        /** Something is out of order, or more than it was. */
        RAISED,
        /** It is in order again, or less out of order. */
        CLEARED,
        /** A node has lost the storage of a pool. */
        STORAGE_LOST,
        /** It has it again. */
        STORAGE_BACK,
        /** A node has lost the VIOS DB. */
        DATABASE_LOST,
        /** It has it again. */
        DATABASE_BACK
    }
}
