package org.serai.storage.core;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** An open LU: the fence and the range are checked here, on every call and without allocating. */
final class LockedLu implements OpenLu {
    private final LuRow row;
    private final LuStore store;
    private final Grant grant;
    private final Fence fence;
    private final Closing closing;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Told once that the LU is closed, to give the lock back. */
    interface Closing {
        void closed(LockedLu lu);
    }

    LockedLu(LuRow row, LuStore store, Grant grant, Fence fence, Closing closing) {
        this.row = row;
        this.store = store;
        this.grant = grant;
        this.fence = fence;
        this.closing = closing;
    }

    LuRow row() {
        return row;
    }

    Grant grant() {
        return grant;
    }

    @Override
    public long sizeBytes() {
        return row.sizeBytes();
    }

    @Override
    public long epoch() {
        return grant.epoch();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check(offset, into.remaining());
        store.read(offset, into);
        // What was read while another node may have written is not given out.
        checkFence();
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        store.write(offset, from);
        checkFence();
    }

    @Override
    public void flush() {
        checkFence();
        store.flush();
        checkFence();
    }

    private void check(long offset, int length) {
        checkFence();
        boolean aligned = (offset & BLOCK_BYTES - 1) == 0 && (length & BLOCK_BYTES - 1) == 0;
        if (!aligned || offset < 0 || offset > row.sizeBytes() - length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + row.name() + " has no " + length + " bytes at " + offset,
                    "it has " + row.sizeBytes() + " bytes in blocks of " + BLOCK_BYTES,
                    "use offsets and lengths in whole blocks within the LU");
        }
    }

    private void checkFence() {
        if (!fence.isOpen()) {
            fence.check();
        }
    }

    @Override
    public long usedBytes() {
        return store.usedBytes();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (fence.isOpen()) {
                store.close();
            } else {
                store.abandon();
            }
        } finally {
            // Nothing of ours is under way any more, so another node may have the LU at once.
            closing.closed(this);
        }
    }
}
