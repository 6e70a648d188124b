package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.storage.StorageError;

/**
 * Makes an LU durable in an order that a crash may end anywhere: data and zeroing first, then the pages of the map that
 * point to them, each over the older of its copies and at most once between two syncs.
 */
final class LuFlush {
    private static final int BATCH = 64;

    private final LuPages pages;
    private final LuSpace space;
    private final LuMap map;
    private final PvMarks written;
    private final AtomicLong used;
    private final ReentrantLock flushing = new ReentrantLock();
    private final PvMarks touched = new PvMarks();
    private final long epoch;
    private LuHeader header;

    LuFlush(LuPages pages, LuSpace space, LuMap map, LuHeader header, PvMarks written, AtomicLong used) {
        this.pages = pages;
        this.space = space;
        this.map = map;
        this.header = header;
        this.epoch = header.epoch();
        this.written = written;
        this.used = used;
    }

    /** Makes durable what was written before the call. */
    void run() throws IOException {
        flushing.lock();
        try {
            if (map.isDirty()) {
                writeMap();
            } else {
                syncData();
            }
        } finally {
            flushing.unlock();
        }
    }

    /** Makes everything durable and says in the header that the LU was closed in order. Nobody writes any more. */
    void close() throws IOException {
        run();
        flushing.lock();
        try {
            requireCurrent();
            // Both copies: of a closed LU a damaged copy is damage, and not what a crash tore.
            writeHeader(LuHeader.State.CLEAN);
            syncTouched();
            writeHeader(LuHeader.State.CLEAN);
            syncTouched();
        } finally {
            flushing.unlock();
        }
    }

    private void syncData() throws IOException {
        written.sync(pages.pvs());
    }

    private void writeMap() throws IOException {
        List<LuMap.DirtyPage> dirty = map.dirtyPages();
        ByteBuffer staging = Pages.allocate(Math.min(BATCH, dirty.size()));
        for (int first = 0; first < dirty.size(); first += BATCH) {
            List<LuMap.DirtyPage> batch = dirty.subList(first, Math.min(dirty.size(), first + BATCH));
            for (int i = 0; i < batch.size(); i++) {
                map.snapshot(batch.get(i), staging, i * Pages.BYTES);
            }
            syncData();
            requireCurrent();
            for (int i = 0; i < batch.size(); i++) {
                Pv pv = pages.pvs().at(batch.get(i).position());
                int incarnation = pv.incarnation();
                batch.get(i).write(staging, i * Pages.BYTES, epoch);
                touched.mark(pv, incarnation);
            }
        }
        writeHeader(LuHeader.State.OPEN);
        syncTouched();
        map.written(dirty);
    }

    private void syncTouched() throws IOException {
        touched.sync(pages.pvs());
    }

    private void writeHeader(LuHeader.State state) throws IOException {
        header = header.next(epoch, state, used.get(), space.cursorUnit(), space.cursorExtent());
        Pv pv = pages.rootPv();
        int incarnation = pv.incarnation();
        header.write(pv.file(), pages.rootOffset());
        touched.mark(pv, incarnation);
    }

    /** Fails if the LU was opened under another epoch since. */
    void requireCurrent() throws IOException {
        Optional<LuHeader> found = LuHeader.read(pages.rootPv().file(), pages.rootOffset(), pages.lu());
        if (found.isEmpty() || found.get().epoch() != epoch) {
            throw StorageError.STALE.error(
                    "LU " + pages.lu() + " is not this node's any more",
                    "epoch " + epoch + " is over: "
                            + found.map(h -> "its header has epoch " + h.epoch())
                                    .orElse("its header is gone"),
                    "open it again under a new lock");
        }
    }
}
