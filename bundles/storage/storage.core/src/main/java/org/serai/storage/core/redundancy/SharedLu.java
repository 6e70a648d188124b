package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.serai.cluster.Fence;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;

/** An LU that is read only. */
final class SharedLu implements OpenLu {
    private final String name;
    private final long epoch;
    private final LuStore store;
    private final Fence fence;
    private final Runnable check;

    /**
     * Reads a store.
     *
     * @param check fails once what it shows does not count any more; asked before and after each read
     */
    SharedLu(String name, long epoch, LuStore store, Fence fence, Runnable check) {
        this.name = name;
        this.epoch = epoch;
        this.store = store;
        this.fence = fence;
        this.check = check;
    }

    @Override
    public long sizeBytes() {
        return store.sizeBytes();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long length = into.remaining();
        boolean aligned = (offset & BLOCK_BYTES - 1) == 0 && (length & BLOCK_BYTES - 1) == 0;
        if (!aligned || offset < 0 || offset > sizeBytes() - length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "LU " + name + " has no " + length + " bytes at " + offset,
                    "it has " + sizeBytes() + " bytes in blocks of " + BLOCK_BYTES,
                    "use offsets and lengths in whole blocks within the LU");
        }
        checked(() -> {
            store.read(offset, into);
            return into;
        });
    }

    private <R> R checked(Supplier<R> work) {
        fence.check();
        check.run();
        R result = work.get();
        check.run();
        fence.check();
        return result;
    }

    private SeraiException readOnly() {
        return StorageError.READ_ONLY.error(
                "LU " + name + " cannot be changed", "it was opened for reading only", "open it for writing");
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw readOnly();
    }

    @Override
    public void flush() {
        // nothing was written
        fence.check();
    }

    @Override
    public void discard(long offset, long length) {
        throw readOnly();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        throw readOnly();
    }

    @Override
    public Range rangeAt(long offset) {
        return checked(() -> store instanceof Discards able
                ? able.rangeAt(offset)
                : new Range(offset, store.sizeBytes() - offset, true));
    }

    @Override
    public long usedBytes() {
        return store.usedBytes();
    }

    @Override
    public void close() {
        store.close();
    }
}
