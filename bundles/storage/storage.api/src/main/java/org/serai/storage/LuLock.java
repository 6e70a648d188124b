package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Liveness;

/**
 * The lock of an LU or of one of its sub-partitions: a line of the LU status table. The times are the database's own
 * and text, for people; nothing is ever decided by them.
 *
 * @param lu the LU
 * @param luName its name
 * @param part the sub-partition's name; empty for the LU itself
 * @param node the node that holds it, or held it last
 * @param nodeName that node's name
 * @param nodeState what this node sees of that node
 * @param operation what it holds it for
 * @param epoch the epoch of the lock
 * @param since when it was taken; empty if that is not known
 * @param until when it was given back or broken; empty while it is held
 * @param partsInUse of an LU: the names of its sub-partitions that are held too
 */
public record LuLock(
        UUID lu,
        String luName,
        Optional<String> part,
        UUID node,
        String nodeName,
        Liveness.State nodeState,
        String operation,
        long epoch,
        String since,
        String until,
        List<String> partsInUse) {
    /** Whether it is held now. */
    public boolean isHeld() {
        return until.isEmpty();
    }
}
