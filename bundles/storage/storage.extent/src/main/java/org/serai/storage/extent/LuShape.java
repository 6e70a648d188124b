package org.serai.storage.extent;

import org.serai.storage.StorageError;

/**
 * How big the parts of an LU's map are. Extent 0 of the LU's first unit is the root: two header copies, then the
 * directory's pages, then nothing; a directory entry is a map extent, which holds leaf pages, whose entries are data
 * extents. Every page has two copies side by side.
 */
record LuShape(long sizeBytes, long extentBytes) {
    static final long TWIN = 2L * Pages.BYTES;

    /** Data extents of the whole LU. */
    long extents() {
        return Math.ceilDiv(sizeBytes, extentBytes);
    }

    int leaves() {
        return Math.toIntExact(Math.ceilDiv(extents(), (long) Pages.LONGS));
    }

    int leavesInMapExtent() {
        return (int) (extentBytes / TWIN);
    }

    int mapExtents() {
        return Math.ceilDiv(leaves(), leavesInMapExtent());
    }

    int directoryPages() {
        return Math.ceilDiv(mapExtents(), Pages.LONGS);
    }

    /** All extents that the LU can ever need. */
    long extentsAtMost() {
        return 1 + mapExtents() + extents();
    }

    static long directoryOffset(int page) {
        return TWIN * (1 + page);
    }

    long leafOffset(int leaf) {
        return TWIN * (leaf % leavesInMapExtent());
    }

    /** Refuses what the directory has no room for. */
    static LuShape of(long sizeBytes, long extentBytes) {
        long pages = extentBytes / TWIN - 1;
        long max = pages * Pages.LONGS * (extentBytes / TWIN) * Pages.LONGS * extentBytes;
        if (sizeBytes <= 0 || sizeBytes > max) {
            throw StorageError.BAD_SIZE.error(
                    "An LU of " + sizeBytes + " bytes cannot be had",
                    "with extents of " + extentBytes + " bytes a size is from 1 to " + max,
                    "choose another size, or a pool with larger extents");
        }
        return new LuShape(sizeBytes, extentBytes);
    }
}
