package org.serai.storage.extent.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;

/** Content without checksums: what a PV returns is believed. */
final class PlainData implements ExtentData {
    private final PvSet pvs;
    private final PvMarks written;
    private final long extentBytes;
    private final CopyBuffers buffers;

    PlainData(PvSet pvs, long extentBytes, PvMarks written, CopyBuffers buffers) {
        this.pvs = pvs;
        this.extentBytes = extentBytes;
        this.written = written;
        this.buffers = buffers;
    }

    @Override
    public void read(long address, long offset, ByteBuffer into, int length) throws IOException {
        Pv pv = pv(address);
        pv.file().readData(into, length, start(pv, address) + within(offset));
    }

    @Override
    public void write(long address, long offset, ByteBuffer from, int length) throws IOException {
        Pv pv = pv(address);
        int incarnation = pv.incarnation();
        pv.file().writeData(from, length, start(pv, address) + within(offset));
        written.mark(pv, incarnation);
    }

    @Override
    public void zero(long address, long offset, long length) throws IOException {
        zero(address, within(offset), length, true);
    }

    private void zero(long address, long within, long length, boolean keepSpace) throws IOException {
        Pv pv = pv(address);
        int incarnation = pv.incarnation();
        pv.file().zero(start(pv, address) + within, length, keepSpace);
        written.mark(pv, incarnation);
    }

    @Override
    public void begin(long address, long offset, ByteBuffer from, int length) throws IOException {
        if (length < extentBytes) {
            zero(address, 0, extentBytes, false);
        }
        write(address, offset, from, length);
    }

    @Override
    public void beginAsCopy(long address, long source, long offset, ByteBuffer from, int length) throws IOException {
        long within = within(offset);
        ByteBuffer buffer = buffers.take();
        try {
            copy(address, source, 0, within, buffer);
            copy(address, source, within + length, extentBytes, buffer);
        } finally {
            buffers.giveBack(buffer);
        }
        if (length > 0) {
            write(address, offset, from, length);
        }
    }

    private void copy(long address, long source, long begin, long end, ByteBuffer buffer) throws IOException {
        for (long at = begin; at < end; ) {
            int n = (int) Math.min(buffer.capacity(), end - at);
            read(source, at, buffer.clear(), n);
            write(address, at, buffer.flip(), n);
            at += n;
        }
    }

    @Override
    public void beginAsZero(long address, boolean keepSpace) throws IOException {
        zero(address, 0, extentBytes, keepSpace);
    }

    @Override
    public void beginPages(long address) throws IOException {
        zero(address, 0, extentBytes, true);
    }

    @Override
    public boolean isUnsettled() {
        return false;
    }

    @Override
    public void age() {
        // There are no sums.
    }

    @Override
    public boolean settle(boolean busyToo) {
        return false;
    }

    @Override
    public void giveBack(long address) {
        Pv pv = pv(address);
        pv.file().giveBack(start(pv, address), extentBytes);
    }

    private Pv pv(long address) {
        return pvs.at(ExtentAddress.position(address));
    }

    private static long start(Pv pv, long address) {
        return pv.offset(ExtentAddress.extent(address));
    }

    private long within(long offset) {
        return offset & extentBytes - 1;
    }
}
