package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import org.serai.storage.Range;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Resizes;

/** A store whose process may end before and after each change. */
record CrashingStore(LuStore store, Crash.Countdown crash, Runnable whileFlushing)
        implements LuStore, Discards, Resizes {
    @Override
    public long sizeBytes() {
        return store.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        store.read(offset, into);
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        crash.step();
        int fill = store.write(offset, from);
        crash.step();
        return fill;
    }

    @Override
    public void flush() {
        crash.step();
        whileFlushing.run();
        store.flush();
        crash.step();
    }

    @Override
    public void discard(long offset, long length) {
        writeZeroes(offset, length, true);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        crash.step();
        ((Discards) store).writeZeroes(offset, length, giveBack);
        crash.step();
    }

    @Override
    public Range rangeAt(long offset) {
        return ((Discards) store).rangeAt(offset);
    }

    @Override
    public void resize(long sizeBytes) {
        crash.step();
        ((Resizes) store).resize(sizeBytes);
        crash.step();
    }

    @Override
    public long usedBytes() {
        return store.usedBytes();
    }

    @Override
    public void close() {
        crash.step();
        store.close();
    }

    @Override
    public void abandon() {
        store.abandon();
    }
}
