package org.serai.storage.extent.data;

import java.util.UUID;
import java.util.function.LongPredicate;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.pv.PvSet;

/** Makes the way to the content of a pool's LUs, with checksums or without. */
public final class Contents {
    private final PvSet pvs;
    private final Geometry geometry;
    private final CopyBuffers buffers = new CopyBuffers();
    private final BlockSums blockSums = new BlockSums();

    /** The contents on the PVs of a pool. */
    public Contents(PvSet pvs) {
        this.pvs = pvs;
        this.geometry = pvs.first().geometry();
    }

    /**
     * The content of an LU for its holder.
     *
     * @param written what the next flush makes durable
     * @param owned whether an extent is the LU's
     */
    public ExtentData of(UUID lu, long epoch, PvMarks written, LongPredicate owned) {
        PlainData plain = new PlainData(pvs, geometry.extentBytes(), written, buffers);
        if (!geometry.hasSums()) {
            return plain;
        }
        int blocks = (int) geometry.extentBytes() / SumPage.BLOCK;
        SumStore store = new SumStore(lu, pvs, blocks, epoch, written, owned, buffers);
        return new SummedData(lu, pvs, geometry.extentBytes(), plain, store, buffers, blockSums);
    }

    /** The content of an LU for somebody who reads it. */
    public ExtentData reading(UUID lu) {
        return of(lu, 0, new PvMarks(), _ -> false);
    }

    /** Looks at the content of extents. */
    public DataCheck check() {
        return new DataCheck(pvs, buffers, blockSums);
    }
}
