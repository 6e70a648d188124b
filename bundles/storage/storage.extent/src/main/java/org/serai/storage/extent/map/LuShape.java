package org.serai.storage.extent.map;

import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;

/**
 * How big the parts of an LU's map are. Extent 0 of the LU's first unit is the root: two header copies, then two copies
 * of the layer table. Each layer has a directory extent; a directory entry is a map extent, which holds leaf pages, whose
 * entries are data extents. Every page of these has two copies side by side.
 *
 * @param extentBytes the unit of thin allocation
 */
public record LuShape(long extentBytes) {
    /** Both copies of a page, one behind the other. */
    public static final long TWIN = 2L * Pages.BYTES;

    /** Data extents of so many bytes. */
    public long extents(long sizeBytes) {
        return Math.ceilDiv(sizeBytes, extentBytes);
    }

    /** Leaves that an LU of a size needs. */
    public int leaves(long sizeBytes) {
        return Math.toIntExact(Math.ceilDiv(extents(sizeBytes), (long) Pages.LONGS));
    }

    /** Leaves, with both copies, that a map extent has room for. */
    public int leavesInMapExtent() {
        return (int) (extentBytes / TWIN);
    }

    /** The directory entry of a leaf. */
    public int mapExtentOf(int leaf) {
        return leaf / leavesInMapExtent();
    }

    /** Map extents that an LU of a size needs. */
    public int mapExtents(long sizeBytes) {
        return Math.ceilDiv(leaves(sizeBytes), leavesInMapExtent());
    }

    /** Pages in a directory extent. */
    public int directoryPages() {
        return (int) (extentBytes / TWIN);
    }

    /** All extents that an LU of that size can need while it has no snapshots. */
    public long extentsAtMost(long sizeBytes) {
        return 2 + mapExtents(sizeBytes) + extents(sizeBytes);
    }

    static long directoryOffset(int page) {
        return TWIN * page;
    }

    /** Where in its map extent a leaf is. */
    public long leafOffset(int leaf) {
        return TWIN * (leaf % leavesInMapExtent());
    }

    /** Refuses what a directory has no room for. */
    public void requirePossible(long sizeBytes) {
        long max = (long) directoryPages() * Pages.LONGS * leavesInMapExtent() * Pages.LONGS * extentBytes;
        if (sizeBytes <= 0 || sizeBytes > max) {
            throw StorageError.BAD_SIZE.error(
                    "An LU of " + sizeBytes + " bytes cannot be had",
                    "with extents of " + extentBytes + " bytes a size is from 1 to " + max,
                    "choose another size, or a pool with larger extents");
        }
    }
}
