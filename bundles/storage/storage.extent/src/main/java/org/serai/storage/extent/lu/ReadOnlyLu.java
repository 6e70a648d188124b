package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.data.ExtentData;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.spi.LuStore;

/**
 * A snapshot, or an LU that another node holds, opened for reading. The holder uses nothing again that a map has shown
 * meanwhile; so what a read needs to know is only whether there is a newer map.
 */
final class ReadOnlyLu implements LuStore {
    private static final int TRIES = 5;

    private final LuPages pages;
    private final ExtentData data;
    private final LuGate gate;
    private final Source source;
    private final long extentBytes;
    private final AtomicReference<Shown> shown = new AtomicReference<>(Shown.NOTHING);

    /** Where it comes from. */
    interface Source {
        /** What is to be shown now; the same object as before if nothing has changed. */
        Shown now(Shown before) throws IOException;
    }

    /**
     * What is shown.
     *
     * @param root where the header is
     * @param generation the header's
     * @param usedExtents extents that reads find
     */
    record Shown(LuMap map, long root, long generation, long sizeBytes, long usedExtents) {
        static final Shown NOTHING = new Shown(null, ExtentAddress.NONE, -1, 0, 0);

        /** The same, to be looked at again. */
        Shown outdated() {
            return new Shown(map, root, -1, sizeBytes, usedExtents);
        }
    }

    ReadOnlyLu(LuPages pages, ExtentData data, Source source) throws IOException {
        this.pages = pages;
        this.data = data;
        this.gate = new LuGate(pages.lu());
        this.source = source;
        this.extentBytes = pages.shape().extentBytes();
        now();
    }

    private Shown now() throws IOException {
        while (true) {
            Shown before = shown.get();
            Shown now = source.now(before);
            if (shown.compareAndSet(before, now)) {
                return now;
            }
        }
    }

    @Override
    public long sizeBytes() {
        return shown.get().sizeBytes;
    }

    @Override
    public long usedBytes() {
        return shown.get().usedExtents * extentBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long stamp = gate.read();
        try {
            int start = into.position();
            for (int tries = 1; into.hasRemaining(); tries++) {
                Shown now = now();
                try {
                    read(now.map, offset + into.position() - start, into);
                } catch (SeraiException e) {
                    // A page that is written at this moment may look damaged; once it is written it does not.
                    if (e.code() != StorageError.POOL_DAMAGED || tries == TRIES) {
                        throw e;
                    }
                    shown.set(now.outdated());
                }
            }
        } catch (IOException e) {
            throw Pv.failed("Reading LU " + pages.lu() + " failed", e);
        } finally {
            gate.endRead(stamp);
        }
    }

    private void read(LuMap map, long offset, ByteBuffer into) throws IOException {
        for (long at = offset; into.hasRemaining(); ) {
            long within = at & extentBytes - 1;
            int n = (int) Math.min(extentBytes - within, into.remaining());
            long entry = map.find(at / extentBytes);
            if (ExtentAddress.given(entry)) {
                long address = ExtentAddress.plain(entry);
                // Another host may have written it since this one read it.
                pages.pv(address).file().dropCache(pages.offset(address) + within, n);
                data.read(address, at, into, n);
            } else {
                Pages.putZeros(into, n);
            }
            at += n;
        }
    }

    /** Reads the map anew; returns when nobody reads by the old one. */
    void follow() {
        shown.updateAndGet(Shown::outdated);
        gate.grace();
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        gate.requireOpen();
        throw StorageError.READ_ONLY.error(
                "LU " + pages.lu() + " cannot be written here",
                "it was opened for reading",
                "write where its lock is held, or make a clone of the snapshot");
    }

    @Override
    public void flush() {
        gate.requireOpen();
    }

    @Override
    public void close() {
        gate.close();
    }

    @Override
    public void abandon() {
        gate.close();
    }
}
