package org.serai.storage.spi;

/**
 * Space of an LU, as its holder last made durable.
 *
 * @param sizeBytes its size
 * @param usedBytes what is given to what it shows now, without its map; what it shares with its snapshots or with the
 *     origin of a clone counts
 * @param ownBytes what would come back to the pool if it were deleted with its snapshots
 * @param snapshotBytes the part of that which only its snapshots need
 */
public record LuUsage(long sizeBytes, long usedBytes, long ownBytes, long snapshotBytes) {}
