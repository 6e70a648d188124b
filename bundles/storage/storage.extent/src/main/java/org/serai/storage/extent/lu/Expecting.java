package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes space for what is going to be written to an open LU. */
final class Expecting {
    private static final Logger LOG = LoggerFactory.getLogger(Expecting.class);

    private final LuCore core;
    private final PvSet pvs;
    private final long extentBytes;
    /** What is expected, as far as it is one part. */
    private volatile Part expected = Part.NONE;

    /** A part of the LU. */
    private record Part(long begin, long end) {
        static final Part NONE = new Part(0, 0);

        boolean has(long offset, long length) {
            return offset >= begin && offset + length <= end;
        }
    }

    Expecting(LuCore core) {
        this.core = core;
        this.pvs = core.pages.pvs();
        this.extentBytes = core.shape.extentBytes();
    }

    /** Takes in one step what writing a part needs; a failure is left to the write that needs the space. */
    void run(long offset, long length) {
        long stamp = core.gate.write();
        try {
            core.requireInside(offset, length);
            expected = new Part(offset, offset + length);
            core.taking.takeAhead(extentsNeeded(offset, offset + length));
        } catch (IOException e) {
            notTaken(e);
        } catch (SeraiException e) {
            if (e.code() == StorageError.STALE) {
                throw core.gate.refuse(e);
            }
            notTaken(e);
        } finally {
            core.gate.endWrite(stamp);
        }
    }

    /** Writes, and begins to write out what was expected; whether it is time to flush. Inside the gate for changes. */
    boolean write(LuWriter writer, long offset, ByteBuffer from) throws IOException {
        int length = from.remaining();
        core.requireInside(offset, length);
        boolean full = writer.write(offset, from);
        written(offset, length);
        return full;
    }

    private void written(long offset, long length) throws IOException {
        if (!expected.has(offset, length)) {
            return;
        }
        for (long at = offset, next; at < offset + length; at = next) {
            long first = core.map.find(at / extentBytes);
            next = (at / extentBytes + 1) * extentBytes;
            // What lies side by side is written in one go.
            for (long after = first; next < offset + length; next += extentBytes) {
                after++;
                if (core.map.find(next / extentBytes) != after) {
                    break;
                }
            }
            next = Math.min(next, offset + length);
            beginSync(first, at, next);
        }
    }

    private void beginSync(long entry, long at, long end) {
        if (ExtentAddress.given(entry) && !core.pages.isGone(entry)) {
            Pv pv = pvs.at(ExtentAddress.position(entry));
            long from = pv.offset(ExtentAddress.extent(entry)) + (at & extentBytes - 1);
            // Between extents there may be checksums, which are written by then or later.
            long gaps = (end - 1) / extentBytes - at / extentBytes;
            pv.file().beginSync(from, end - at + gaps * pv.geometry().sumBytes());
        }
    }

    /** All that was expected was written. */
    void over() {
        expected = Part.NONE;
    }

    private void notTaken(Exception e) {
        LOG.info("LU {} takes no space ahead: {}", core.root.lu(), e.getMessage());
    }

    /** Data extents that are not the LU's own yet, and what the map lacks for them. */
    private long extentsNeeded(long offset, long end) throws IOException {
        long needed = 0;
        int lastMapExtent = -1;
        long extents = Math.ceilDiv(end, extentBytes);
        for (long extent = offset / extentBytes; extent < extents; ) {
            int leaf = (int) (extent / Pages.LONGS);
            long next = core.map.hasAny(leaf) ? extent + 1 : Math.min(extents, (leaf + 1L) * Pages.LONGS);
            long entry = core.map.find(extent);
            if (!ExtentAddress.given(entry) || ExtentAddress.inherited(entry)) {
                needed += next - extent;
                int mapExtent = core.map.mapExtentFor(extent);
                if (mapExtent != lastMapExtent && !core.map.hasMapExtent(mapExtent)) {
                    needed++;
                    lastMapExtent = mapExtent;
                }
            }
            extent = next;
        }
        return needed;
    }
}
