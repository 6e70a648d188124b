package org.serai.storage;

import java.util.UUID;

/**
 * An LU and its live copy.
 *
 * @param lu the primary
 * @param luName its name
 * @param copy the redundant LU, read-only until it is promoted
 * @param copyName its name
 * @param state how the two stand
 * @param behindBytes what of the side that is behind may differ from the other one and is still to be copied; exact at
 *     the node that holds the LU, known with a delay elsewhere
 * @param totalBytes the LU's size
 * @param since when it came into this state, by the database's clock: text for people
 * @param reason why it is degraded; empty if it is not
 */
public record RedundantLu(
        UUID lu,
        String luName,
        UUID copy,
        String copyName,
        State state,
        long behindBytes,
        long totalBytes,
        String since,
        String reason) {
    /** How an LU and its copy stand: {@code SYNCHRONOUS → COPY_BEHIND | PRIMARY_BEHIND → SYNCHRONOUS}. */
    public enum State {
        /** Both sides hold every acknowledged write. */
        SYNCHRONOUS,
        /** Degraded: only the primary holds everything; the copy is away, or being resynchronised. */
        COPY_BEHIND,
        /** Degraded: only the copy holds everything; the primary is away, or being resynchronised. */
        PRIMARY_BEHIND
    }

    /** Whether only one side holds everything. */
    public boolean isDegraded() {
        return state != State.SYNCHRONOUS;
    }
}
