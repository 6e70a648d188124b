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
 */
@Table("image")
public record ImageRow(UUID lpar, UUID lu, long epoch, UUID node, long stateBytes, long storedBytes, String sha256) {}
