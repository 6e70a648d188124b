package org.serai.storage.extent.lu;

import java.io.IOException;
import org.serai.storage.Range;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.space.ExtentAddress;

/** Discards and zeroes parts of an open LU, and tells what has space. */
final class Zeroing {
    private final LuCore core;
    private final LuWriter writer;
    private final long extentBytes;

    Zeroing(LuCore core, LuWriter writer) {
        this.core = core;
        this.writer = writer;
        this.extentBytes = core.shape.extentBytes();
    }

    /**
     * Makes a part read as zero, as far as the dirty part of the map has room. Inside the gate for changes.
     *
     * @return where it ended: before {@code end} a flush is needed first
     */
    long zero(long offset, long end, long sizeBytes, boolean giveBack) throws IOException {
        boolean current = false;
        boolean give = giveBack && !core.root.thick();
        for (long at = offset; at < end; ) {
            long extent = at / extentBytes;
            long next = Math.min(end, (extent + 1) * extentBytes);
            if (isEmptyLeaf(extent)) {
                next = Math.min(end, endOfLeaf(extent) * extentBytes);
            } else if (ExtentAddress.given(core.map.find(extent))) {
                if (!current) {
                    core.root.requireCurrent();
                    current = true;
                }
                boolean whole = at % extentBytes == 0 && (next - at == extentBytes || next == sizeBytes);
                boolean below = !core.map.below().isEmpty();
                writer.zero(at, (int) (next - at), whole, give, below, false);
                if (core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST) {
                    return next;
                }
            }
            at = next;
        }
        return end;
    }

    private boolean isEmptyLeaf(long extent) {
        return !core.map.hasAny((int) (extent / Pages.LONGS));
    }

    private static long endOfLeaf(long extent) {
        return (extent / Pages.LONGS + 1) * Pages.LONGS;
    }

    /** What is there from an offset on. Inside a gate. */
    Range rangeAt(long offset, long sizeBytes) throws IOException {
        long first = offset / extentBytes;
        boolean given = ExtentAddress.given(core.map.find(first));
        long extents = core.shape.extents(sizeBytes);
        long lookAt = endOfLeaf(first) + (long) core.shape.leavesInMapExtent() * Pages.LONGS;
        long next = first + 1;
        while (next < extents && next < lookAt) {
            if (!given && isEmptyLeaf(next)) {
                next = Math.min(extents, endOfLeaf(next));
            } else if (ExtentAddress.given(core.map.find(next)) == given) {
                next++;
            } else {
                break;
            }
        }
        return new Range(offset, Math.min(next * extentBytes, sizeBytes) - offset, given);
    }
}
