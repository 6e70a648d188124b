package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import org.serai.storage.Range;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.LockedLu;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.Settling;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Resizes;

/** An LU that belongs to a redundant one, open under its own lock, so that it outlives its driver and moves like any. */
record OpenedStore(LockedLu lu, OpenLus open, Settling settling) implements LuStore, Discards, Expects, Resizes {
    @Override
    public long sizeBytes() {
        return lu.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        lu.read(offset, into);
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        lu.write(offset, from);
        return 0;
    }

    @Override
    public void expectWrites(long offset, long length) {
        lu.expectWrites(offset, length);
    }

    @Override
    public void flush() {
        lu.flush();
    }

    @Override
    public void discard(long offset, long length) {
        lu.discard(offset, length);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        lu.writeZeroes(offset, length, giveBack);
    }

    @Override
    public Range rangeAt(long offset) {
        return lu.rangeAt(offset);
    }

    @Override
    public void resize(long sizeBytes) {
        open.using(lu.row(), "being resized with its LU", held -> resize(held, sizeBytes));
    }

    private boolean resize(HeldLu held, long sizeBytes) {
        held.able(Resizes.class).resize(sizeBytes);
        open.changed(held.row().sized(sizeBytes));
        settling.update(held.row().sized(sizeBytes), held.grant());
        return true;
    }

    @Override
    public long usedBytes() {
        return lu.usedBytes();
    }

    @Override
    public void close() {
        lu.close();
    }

    @Override
    public void abandon() {
        lu.close();
    }
}
