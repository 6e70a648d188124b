package org.serai.storage;

/**
 * The space of a pool, disk group or tier.
 *
 * @param sizeBytes what LUs can use of its PVs
 * @param usedBytes what of its PVs is given to LUs, their maps included
 * @param committedBytes the sum of the sizes of its LUs, as they would be if all were written fully
 */
public record SpaceUse(long sizeBytes, long usedBytes, long committedBytes) {
    /** Whether size and use are known: they are not while the pool is not attached at this node. */
    public boolean isKnown() {
        return sizeBytes > 0;
    }

    /** How full it is, in permille. */
    public int fillPermille() {
        return sizeBytes == 0 ? 0 : (int) (usedBytes * 1000.0 / sizeBytes);
    }

    /** Committed to size: above 1 there is more promised than there is. */
    public double overCommit() {
        return sizeBytes == 0 ? 0 : (double) committedBytes / sizeBytes;
    }
}
