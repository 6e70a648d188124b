package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.storage.OpenLu;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;

/**
 * An open LU: the fence and the range are checked here, on every call and without allocating. It outlives its driver:
 * while that is away every call fails, the lock stays, and with the next version it goes on under a new epoch.
 */
public final class LockedLu implements OpenLu {
    private static final int ZEROES_BYTES = 64 * 1024;

    private final Fence fence;
    private final Closing closing;
    private Attachment attachment;
    private volatile LuRow row;
    private volatile long sizeBytes;
    private volatile LuStore store;
    private volatile Grant grant;
    private volatile boolean ending;
    private boolean closed;

    /** Told once that the LU is closed, to give the lock back. */
    public interface Closing {
        void closed(LockedLu lu);
    }

    public LockedLu(LuRow row, Attachment attachment, LuStore store, Grant grant, Fence fence, Closing closing) {
        this.row = row;
        this.sizeBytes = row.sizeBytes();
        this.attachment = attachment;
        this.store = store;
        this.grant = grant;
        this.fence = fence;
        this.closing = closing;
    }

    public LuRow row() {
        return row;
    }

    /** Tells it of its changed row, once the store is changed (shrunk: before). */
    public void changed(LuRow now) {
        row = now;
        sizeBytes = now.sizeBytes();
    }

    /** Lends its store for a change. */
    synchronized HeldLu held(Runnable ending) {
        return new HeldLu(row, attachment, store, grant, () -> !this.ending && fence.isOpen(), ending);
    }

    public Grant grant() {
        return grant;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
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
    public void discard(long offset, long length) {
        check(offset, length);
        if (!row.thick() && store instanceof Discards able) {
            able.discard(offset, length);
        }
        checkFence();
    }

    @Override
    public boolean givesBack() {
        return !row.thick() && store instanceof Discards;
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        check(offset, length);
        if (store instanceof Discards able) {
            able.writeZeroes(offset, length, giveBack && !row.thick());
        } else {
            for (long at = offset; at < offset + length; ) {
                ByteBuffer zeroes = ByteBuffer.allocate((int) Math.min(ZEROES_BYTES, offset + length - at));
                at += zeroes.remaining();
                store.write(at - zeroes.remaining(), zeroes);
            }
        }
        checkFence();
    }

    @Override
    public Range rangeAt(long offset) {
        check(offset, 0);
        return store instanceof Discards able ? able.rangeAt(offset) : new Range(offset, sizeBytes() - offset, true);
    }

    @Override
    public void flush() {
        checkFence();
        store.flush();
        checkFence();
    }

    private void check(long offset, long length) {
        checkFence();
        boolean aligned = (offset & BLOCK_BYTES - 1) == 0 && (length & BLOCK_BYTES - 1) == 0;
        if (!aligned || offset < 0 || offset > sizeBytes - length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + row.name() + " has no " + length + " bytes at " + offset,
                    "it has " + sizeBytes + " bytes in blocks of " + BLOCK_BYTES,
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

    /** Whether its driver is there. */
    public boolean isServed() {
        return !(store instanceof AbsentLu);
    }

    /** Lets go of a driver that goes away; returns after the calls that are under way. */
    public synchronized void pause() {
        if (!closed && isServed()) {
            LuStore left = store;
            store = new AbsentLu(row.name(), attachment.pool().driver());
            end(left);
        }
    }

    /**
     * Goes on in a pool that is attached anew. If that fails it stays paused and can be tried again.
     *
     * @param renewal gives the grant back and takes the next one, since no driver opens an LU twice under one epoch
     */
    public synchronized void goOn(Attachment now, UnaryOperator<Grant> renewal, StoreOpening opening) {
        if (closed || attachment == now) {
            return;
        }
        pause(); // one that was opened just when its driver went
        grant = renewal.apply(grant);
        store = opening.open(row, now, grant);
        attachment = now;
    }

    @Override
    public void close() {
        // Long work on it ends first, since the store waits for what is under way.
        ending = true;
        closeOnce();
    }

    private synchronized void closeOnce() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            end(store);
        } finally {
            // Nothing of ours is under way any more, so another node may have the LU at once.
            closing.closed(this);
        }
    }

    private void end(LuStore left) {
        if (fence.isOpen()) {
            left.close();
        } else {
            left.abandon();
        }
    }
}
