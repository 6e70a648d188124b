package org.serai.storage;

/**
 * The space that an LU may be given more of, shared with other LUs: that of its tier, or of all of its pool.
 *
 * @param sizeBytes what LUs can use of it
 * @param usedBytes what is given to LUs
 */
public record PoolSpace(long sizeBytes, long usedBytes) {
    /** What is left. */
    public long freeBytes() {
        return Math.max(0, sizeBytes - usedBytes);
    }
}
