package org.serai.storage;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that is fuller than it should be.
 *
 * @param subject what kind of thing it is
 * @param id its id
 * @param name its name, for a tier {@code POOL/GROUP/TIER}
 * @param poolName its pool's name
 * @param thresholdPercent the highest threshold that was crossed
 * @param fillPermille how full it was when that was found
 * @param since when, by the clock of the node that found it: for people
 * @param nodeName that node
 */
public record Alert(
        Subject subject,
        UUID id,
        String name,
        String poolName,
        int thresholdPercent,
        int fillPermille,
        Instant since,
        String nodeName) {
    /** What can be too full. */
    public enum Subject {
        /** A pool. */
        POOL,
        /** A tier. */
        TIER,
        /** An LU, measured by its own size. */
        LU
    }
}
