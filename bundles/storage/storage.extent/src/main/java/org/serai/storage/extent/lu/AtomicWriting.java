package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.spi.LuStore;

/**
 * Writes within an extent of which a crash leaves all or nothing: the extent gets a new place with the new content, which
 * counts from the moment on that the map names it durably, and that is the write of one page with a checksum.
 */
final class AtomicWriting {
    private static final int MAX_BYTES = 128 * 1024;

    private final LuCore core;
    private final LuStore store;
    private final LuWriter writer;
    private final long extentBytes;
    /** One at a time: who marks an extent relies on its mark. */
    private final ReentrantLock writing = new ReentrantLock();

    AtomicWriting(LuCore core, LuStore store, LuWriter writer) {
        this.core = core;
        this.store = store;
        this.writer = writer;
        this.extentBytes = core.shape.extentBytes();
    }

    int maxBytes() {
        return (int) Math.min(MAX_BYTES, extentBytes);
    }

    /**
     * Writes the buffer, as {@link org.serai.storage.spi.AtomicWrites#writeAtomically}.
     *
     * @param findFree looks for space that is hidden, once, if there is no other
     */
    int write(long offset, ByteBuffer from, Runnable findFree) {
        if (from.hasRemaining() && offset / maxBytes() != (offset + from.remaining() - 1) / maxBytes()) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + core.root.lu() + " cannot write " + from.remaining() + " bytes at " + offset
                            + " atomically",
                    "an atomic write is within a part of " + maxBytes() + " bytes",
                    "write less at once");
        }
        writing.lock();
        try {
            writeOnce(offset, from);
        } catch (SeraiException e) {
            if (e.code() != StorageError.POOL_FULL || !core.space.hasHidden()) {
                throw e;
            }
            findFree.run();
            writeOnce(offset, from);
        } finally {
            writing.unlock();
        }
        if (core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST) {
            store.flush();
        }
        return core.growth.fillPermille();
    }

    private void writeOnce(long offset, ByteBuffer from) {
        int start = from.position();
        boolean done = !from.hasRemaining();
        try {
            while (!done) {
                from.position(start);
                done = tryWrite(offset, from);
            }
        } catch (IOException e) {
            throw Pv.failed("Writing LU " + core.root.lu() + " failed", e);
        } catch (SeraiException e) {
            from.position(start);
            throw e.code() == StorageError.STALE ? core.gate.refuse(e) : e;
        }
    }

    private boolean tryWrite(long offset, ByteBuffer from) throws IOException {
        long extent = offset / extentBytes;
        long entry = core.map.find(extent);
        if (!ExtentAddress.inPlace(entry)) {
            return change(extent, offset, from);
        }
        if (!core.map.publish(extent, entry, entry | ExtentAddress.MOVING)) {
            return false;
        }
        try {
            // From here on nobody writes it without the stripe's lock.
            core.gate.grace();
            return change(extent, offset, from);
        } finally {
            writer.unmark(extent);
        }
    }

    private boolean change(long extent, long offset, ByteBuffer from) throws IOException {
        long stamp = core.gate.write();
        try {
            core.requireInside(offset, from.remaining());
            core.root.requireCurrent();
            return writer.writeAnew(extent, offset, from);
        } finally {
            core.gate.endWrite(stamp);
        }
    }
}
