package org.serai.partition.core.record;

import java.util.UUID;
import org.serai.database.Table;

/**
 * The hibernation image of a partition.
 *
 * @param epoch the partition's epoch in which it was made; void once the partition's has passed it
 * @param node the node that made it
 * @param stateBytes the captured state before compression
 * @param storedBytes what lies in the LU, header and trailer included
 * @param luEpochs the epochs that the locks of the partition's LUs must have, as {@link LuEpochs#text}
 */
@Table("image")
public record ImageRow(
        UUID lpar, UUID lu, long epoch, UUID node, long stateBytes, long storedBytes, String sha256, String luEpochs) {
    /** The row with other epochs of locks. */
    public ImageRow with(LuEpochs epochs) {
        return new ImageRow(lpar, lu, epoch, node, stateBytes, storedBytes, sha256, epochs.text());
    }
}
