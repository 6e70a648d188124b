package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;

/** Compares the content of extents with its checksums, past every cache; what is being changed is left alone. */
public final class DataCheck {
    private static final int TRIES = 5;

    private final PvSet pvs;
    private final CopyBuffers buffers;
    private final BlockSums blockSums;

    DataCheck(PvSet pvs, CopyBuffers buffers, BlockSums blockSums) {
        this.pvs = pvs;
        this.buffers = buffers;
        this.blockSums = blockSums;
    }

    /** Something that is wrong, of which it is not known yet whether it stays so. */
    private record Wrong(int block, long generation) {}

    /**
     * What is wrong with an extent's content.
     *
     * @param what names the extent
     * @param offset the LU's where the extent begins
     * @param atRest whether nobody may be writing
     */
    public Optional<String> look(String what, long offset, long address, boolean atRest) throws IOException {
        Pv pv = pvs.at(ExtentAddress.position(address));
        if (!pv.geometry().hasSums()) {
            return Optional.empty();
        }
        Wrong last = null;
        for (int i = 0; i < TRIES; i++) {
            Optional<Wrong> now = compare(pv, ExtentAddress.extent(address));
            if (now.isEmpty() || now.get().block < 0 && !atRest) {
                return Optional.empty();
            }
            if (last != null && !last.equals(now.get())) {
                i = 0;
            }
            last = now.get();
        }
        long begin = pv.offset(ExtentAddress.extent(address));
        if (last.block < 0) {
            return Optional.of(what + ": its checksums on PV " + pv.file().path() + " at "
                    + SumPage.offset(pv, ExtentAddress.extent(address)) + " are damaged");
        }
        long at = (long) last.block * SumPage.BLOCK;
        return Optional.of(what + ": the data at offset " + (offset + at) + ", on PV "
                + pv.file().path() + " at " + (begin + at) + ", do not match their checksum");
    }

    private Optional<Wrong> compare(Pv pv, long extent) throws IOException {
        int blocks = (int) pv.geometry().extentBytes() / SumPage.BLOCK;
        ByteBuffer buffer = buffers.take();
        try {
            if (!(SumPage.read(pv, extent, blocks, buffer) instanceof SumPage.Found.Whole(SumPage page))) {
                return Optional.of(new Wrong(-1, 0));
            }
            int many = buffer.capacity() / SumPage.BLOCK;
            for (int first = 0; page.settled() && first < blocks; first += many) {
                int count = Math.min(many, blocks - first);
                buffer.clear().limit(count * SumPage.BLOCK);
                pv.file().readPages(buffer, pv.offset(extent) + (long) first * SumPage.BLOCK);
                for (int i = 0; i < count; i++) {
                    if (blockSums.of(buffer, i * SumPage.BLOCK) != page.crcs()[first + i]) {
                        return Optional.of(new Wrong(first + i, page.generation()));
                    }
                }
            }
            return Optional.empty();
        } finally {
            buffers.giveBack(buffer);
        }
    }
}
