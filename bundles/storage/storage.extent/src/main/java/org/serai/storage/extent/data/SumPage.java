package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;

/**
 * The page behind an extent that holds its checksums. One copy: it says so, durably, before content changes, and what a
 * crash tears of it means the same as that.
 *
 * @param settled whether the sums are those of the content
 * @param generation rises with every write
 */
public record SumPage(boolean settled, long generation, int[] crcs) {
    /** What a sum stands for. */
    static final int BLOCK = Geometry.SUMMED_BLOCK_BYTES;
    /** As many as a page has room for. */
    static final int BLOCKS_AT_MOST = Geometry.SUMS_AT_MOST;

    private static final int CRCS_AT = Pages.HEAD + 8;
    private static final int SETTLED = 1;
    private static final int UNSETTLED = 2;

    /** What was found. */
    sealed interface Found {
        /** A page. */
        record Whole(SumPage page) implements Found {}

        /** None. */
        record Damaged() implements Found {}
    }

    /** Where the page is on its PV. */
    static long offset(Pv pv, long extent) {
        return pv.offset(extent) + pv.geometry().extentBytes();
    }

    /** Reads the page, past the cache. */
    static Found read(Pv pv, long extent, int blocks, ByteBuffer buffer) throws IOException {
        pv.file().readPages(buffer.clear().limit(Pages.BYTES), offset(pv, extent));
        if (Pages.examine(buffer, 0, Pages.Kind.SUMS, pv.id(), extent) != Pages.Found.VALID) {
            return new Found.Damaged();
        }
        int[] crcs = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            crcs[i] = buffer.getInt(CRCS_AT + 4 * i);
        }
        return new Found.Whole(new SumPage(buffer.getInt(Pages.HEAD) == SETTLED, Pages.generation(buffer, 0), crcs));
    }

    /** Puts the page into the buffer. */
    public void encode(ByteBuffer buffer, UUID pv, long extent, long epoch) {
        Pages.blank(buffer, 0, Pages.BYTES);
        buffer.putInt(Pages.HEAD, settled ? SETTLED : UNSETTLED);
        for (int i = 0; i < crcs.length; i++) {
            buffer.putInt(CRCS_AT + 4 * i, crcs[i]);
        }
        Pages.seal(buffer, 0, Pages.Kind.SUMS, pv, extent, generation, epoch);
    }

    /** Writes the page; durable after a sync. */
    void write(Pv pv, long extent, long epoch, ByteBuffer buffer) throws IOException {
        encode(buffer, pv.id(), extent, epoch);
        pv.file().writePages(buffer.clear().limit(Pages.BYTES), offset(pv, extent));
    }
}
