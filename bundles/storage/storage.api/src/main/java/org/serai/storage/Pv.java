package org.serai.storage;

import java.util.List;
import java.util.UUID;

/**
 * A PV of a pool, as this node sees it now.
 *
 * @param position its place in the pool, which no other PV of the pool ever had
 * @param sizeBytes the size of the file or device
 * @param usableBytes what LUs can use of it
 * @param usedBytes what is given to LUs
 * @param present whether this node can read and write it; the sizes are the last ones known if not
 * @param state how it stands
 * @param tiers the tiers that it belongs to
 */
public record Pv(
        UUID id,
        String path,
        UUID pool,
        String poolName,
        int position,
        long sizeBytes,
        long usableBytes,
        long usedBytes,
        boolean present,
        State state,
        List<TierName> tiers) {
    /** How a PV stands: {@code ADDING → ONLINE ⇄ DRAINING → REMOVING}, and from each {@code LOST}. */
    public enum State {
        /** It is used. */
        ONLINE,
        /** It is being taken into the pool. */
        ADDING,
        /** Nothing new is put on it. */
        DRAINING,
        /** It is empty and being let go of. */
        REMOVING,
        /** It is gone for good and being given up. */
        LOST
    }
}
