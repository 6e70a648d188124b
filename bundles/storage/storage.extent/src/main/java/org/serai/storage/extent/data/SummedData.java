package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.PageMemory;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * Content with checksums. A write to an extent that is unsettled costs what it costs without sums; the first one since it
 * was settled waits until the PV says that it no longer is. What is settled is verified at each read; of an unsettled
 * extent those blocks are that were not written since.
 */
final class SummedData implements ExtentData {
    private static final int BLOCK = SumPage.BLOCK;
    private static final int TRIES = 5;

    private final UUID lu;
    private final PvSet pvs;
    private final PlainData plain;
    private final SumStore store;
    private final CopyBuffers buffers;
    private final BlockSums blockSums;
    private final int extentBytes;

    SummedData(
            UUID lu,
            PvSet pvs,
            long extentBytes,
            PlainData plain,
            SumStore store,
            CopyBuffers buffers,
            BlockSums blockSums) {
        this.lu = lu;
        this.pvs = pvs;
        this.extentBytes = (int) extentBytes;
        this.plain = plain;
        this.store = store;
        this.buffers = buffers;
        this.blockSums = blockSums;
    }

    @Override
    public void read(long address, long offset, ByteBuffer into, int length) throws IOException {
        int start = into.position();
        for (int tries = 1; ; tries++) {
            Sums sums = store.of(address);
            int bad;
            long stamp = sums.gate.readLock();
            try {
                bad = readVerified(sums, offset, into, length);
                if (bad < 0 && sums.state != Sums.State.GONE) {
                    return;
                }
            } finally {
                sums.gate.unlockRead(stamp);
            }
            into.position(start);
            if (bad >= 0) {
                lookAgain(sums, offset, bad, tries);
            }
        }
    }

    /** What was in a cache may be wrong or old; what is on the PV, and remains so, is not. */
    private void lookAgain(Sums sums, long offset, int bad, int tries) throws IOException {
        if (tries == TRIES) {
            throw damaged(sums.address, offset, bad);
        }
        Pv pv = pvs.at(ExtentAddress.position(sums.address));
        pv.file().dropCache(pv.offset(ExtentAddress.extent(sums.address)), extentBytes);
        store.reload(sums);
    }

    /** Reads; the first block that is not what its sum says, or -1. */
    private int readVerified(Sums sums, long offset, ByteBuffer into, int length) throws IOException {
        int within = within(offset);
        if (((within | length) & BLOCK - 1) == 0) {
            int start = into.position();
            plain.read(sums.address, offset, into, length);
            return firstBad(sums, within / BLOCK, into, start, length / BLOCK);
        }
        ByteBuffer buffer = buffers.take();
        try {
            int end = within + length;
            for (int at = within; at < end; ) {
                int first = at / BLOCK;
                int last = Math.min(Math.ceilDiv(end, BLOCK), first + buffer.capacity() / BLOCK);
                int from = first * BLOCK;
                plain.read(sums.address, offset - within + from, buffer.clear(), (last - first) * BLOCK);
                int bad = firstBad(sums, first, buffer, 0, last - first);
                if (bad >= 0) {
                    return bad;
                }
                int n = Math.min(end, last * BLOCK) - at;
                into.put(into.position(), buffer, at - from, n);
                into.position(into.position() + n);
                at += n;
            }
            return -1;
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private int firstBad(Sums sums, int first, ByteBuffer content, int at, int count) {
        for (int i = 0; i < count; i++) {
            int block = first + i;
            if (sums.isKnown(block)
                    && blockSums.of(content, at + i * BLOCK) != sums.crcs[block]
                    // A writer says that it comes before it comes.
                    && sums.isKnown(block)) {
                return block;
            }
        }
        return -1;
    }

    private SeraiException damaged(long address, long offset, int block) {
        Pv pv = pvs.at(ExtentAddress.position(address));
        long at = (long) block * BLOCK;
        return StorageError.DATA_DAMAGED.error(
                "LU " + lu + " is damaged at offset " + (offset - within(offset) + at),
                "the " + BLOCK + " bytes at " + (pv.offset(ExtentAddress.extent(address)) + at) + " of PV "
                        + pv.file().path() + " do not match their checksum",
                "restore them from a copy, for example a snapshot or a redundant LU, look at the disk, and run"
                        + " pool:check");
    }

    @Override
    public void write(long address, long offset, ByteBuffer from, int length) throws IOException {
        Sums sums = enter(address, offset, length);
        try {
            plain.write(address, offset, from, length);
        } finally {
            leave(sums);
        }
        settleIfTooMuch();
    }

    @Override
    public void zero(long address, long offset, long length) throws IOException {
        Sums sums = enter(address, offset, (int) length);
        try {
            plain.zero(address, offset, length);
        } finally {
            leave(sums);
        }
        settleIfTooMuch();
    }

    /** Waits until the content may change, and holds the gate shared from then on. */
    private Sums enter(long address, long offset, int length) throws IOException {
        while (true) {
            Sums sums = store.of(address);
            requireSoundEdges(sums, offset, length);
            long stamp = sums.gate.readLock();
            if (sums.state == Sums.State.UNSETTLED) {
                int end = Math.ceilDiv(within(offset) + length, BLOCK);
                for (int block = within(offset) / BLOCK; block < end; block++) {
                    sums.forget(block);
                }
                if (!sums.busy) {
                    sums.busy = true;
                }
                return sums;
            }
            sums.gate.unlockRead(stamp);
            store.unsettle(sums);
        }
    }

    private static void leave(Sums sums) {
        if (!sums.touched) {
            sums.touched = true;
        }
        boolean held = sums.gate.tryUnlockRead();
        assert held;
    }

    /** Of a block that is written in part the rest would get a new sum, whatever it is. */
    private void requireSoundEdges(Sums sums, long offset, int length) throws IOException {
        int begin = within(offset);
        int end = begin + length;
        if ((begin & BLOCK - 1) != 0) {
            requireSound(sums, offset, begin / BLOCK);
        }
        if ((end & BLOCK - 1) != 0 && (end / BLOCK != begin / BLOCK || (begin & BLOCK - 1) == 0)) {
            requireSound(sums, offset, end / BLOCK);
        }
    }

    private void requireSound(Sums sums, long offset, int block) throws IOException {
        if (!sums.isKnown(block)) {
            return;
        }
        ByteBuffer buffer = buffers.take();
        try {
            read(sums.address, offset - within(offset) + (long) block * BLOCK, buffer, BLOCK);
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private void settleIfTooMuch() throws IOException {
        if (store.isTooMuchUnsettled()) {
            settle(true);
        }
    }

    @Override
    public void begin(long address, long offset, ByteBuffer from, int length) throws IOException {
        store.begin(address);
        plain.begin(address, offset, from, length);
        settleIfTooMuch();
    }

    @Override
    public void beginAsCopy(long address, long source, long offset, ByteBuffer from, int length) throws IOException {
        store.begin(address);
        int begin = within(offset);
        ByteBuffer buffer = buffers.take();
        try {
            copy(address, source, offset - begin, 0, begin, buffer);
            copy(address, source, offset - begin, begin + length, extentBytes, buffer);
        } finally {
            buffers.giveBack(buffer);
        }
        if (length > 0) {
            plain.write(address, offset, from, length);
        }
        settleIfTooMuch();
    }

    private void copy(long address, long source, long base, int begin, int end, ByteBuffer buffer) throws IOException {
        for (int at = begin; at < end; ) {
            int n = Math.min(buffer.capacity(), end - at);
            read(source, base + at, buffer.clear(), n);
            plain.write(address, base + at, buffer.flip(), n);
            at += n;
        }
    }

    @Override
    public void beginAsZero(long address, boolean keepSpace) throws IOException {
        Sums sums = new Sums(address, Sums.State.SETTLED, new int[extentBytes / BLOCK], 0);
        java.util.Arrays.fill(sums.crcs, blockSums.of(PageMemory.zeros().duplicate(), 0));
        store.beginSettled(sums);
        plain.beginAsZero(address, keepSpace);
    }

    @Override
    public void beginPages(long address) throws IOException {
        store.drop(address);
        plain.beginPages(address);
    }

    @Override
    public void giveBack(long address) {
        store.drop(address);
        plain.giveBack(address);
    }

    @Override
    public boolean isUnsettled() {
        return store.isUnsettled();
    }

    @Override
    public void age() {
        store.age();
    }

    @Override
    public boolean settle(boolean busyToo) throws IOException {
        return store.settle(busyToo, this::take);
    }

    /** Takes the sums of what was written from the content; what was not keeps its sum, so that damage stays seen. */
    private void take(Sums sums) throws IOException {
        ByteBuffer buffer = buffers.take();
        try {
            int many = buffer.capacity() / BLOCK;
            for (int first = 0; first < sums.crcs.length; first += many) {
                int count = Math.min(many, sums.crcs.length - first);
                plain.read(sums.address, (long) first * BLOCK, buffer.clear(), count * BLOCK);
                for (int i = 0; i < count; i++) {
                    if (!sums.isKnown(first + i)) {
                        sums.crcs[first + i] = blockSums.of(buffer, i * BLOCK);
                    }
                }
            }
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private int within(long offset) {
        return (int) (offset & extentBytes - 1);
    }
}
