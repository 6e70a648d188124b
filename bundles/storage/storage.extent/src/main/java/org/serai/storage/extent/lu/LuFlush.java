package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.storage.extent.map.DirtyPage;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.MapWork;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentSet;

/**
 * Makes an LU durable in an order that a crash may end anywhere: data and zeroing first, then the pages of the map that
 * point to them, each over the older of its copies and at most once between two syncs.
 */
final class LuFlush {
    private static final int BATCH = 64;

    private final LuRoot root;
    private final LuMap map;
    private final LuCounts counts;
    private final Freed freed;
    private final PvMarks written;
    private final PvMarks touched = new PvMarks();
    private final ReentrantLock flushing = new ReentrantLock();

    LuFlush(LuRoot root, LuMap map, LuCounts counts, Freed freed, PvMarks written) {
        this.root = root;
        this.map = map;
        this.counts = counts;
        this.freed = freed;
        this.written = written;
    }

    /** Makes durable what was written before the call. */
    void run() throws IOException {
        flushing.lock();
        try {
            if (map.isDirty() || freed.isPending()) {
                // What is freed now has left the map already; its absence is durable when the map is.
                ExtentSet gone = freed.takePending();
                writeMap();
                freed.durable(gone);
            } else {
                syncData();
            }
        } finally {
            flushing.unlock();
        }
    }

    /** Says in the header what the LU has, after a change of that which left no page of its map to be written. */
    void figures() throws IOException {
        flushing.lock();
        try {
            root.requireCurrent();
            root.write(LuHeader.State.OPEN, counts.now(), touched);
            syncTouched();
        } finally {
            flushing.unlock();
        }
    }

    /** Makes everything durable and says in the header that the LU was closed in order. Nobody writes any more. */
    void close() throws IOException {
        flushing.lock();
        try {
            root.requireCurrent();
            // Both copies: of a closed LU a damaged copy is damage, and not what a crash tore.
            root.write(LuHeader.State.CLEAN, counts.exact(), touched);
            syncTouched();
            root.write(LuHeader.State.CLEAN, counts.exact(), touched);
            syncTouched();
        } finally {
            flushing.unlock();
        }
    }

    /** Work on the maps while no flush runs. */
    <R> R between(MapWork<R> work) throws IOException {
        flushing.lock();
        try {
            return work.run();
        } finally {
            flushing.unlock();
        }
    }

    void requireCurrent() throws IOException {
        root.requireCurrent();
    }

    /** Makes durable the content that was written before the call, and no map. */
    void syncData() throws IOException {
        flushing.lock();
        try {
            written.sync(root.pages().pvs());
        } finally {
            flushing.unlock();
        }
    }

    private void writeMap() throws IOException {
        List<DirtyPage> dirty = map.dirtyPages();
        if (dirty.isEmpty()) {
            syncData();
        }
        ByteBuffer staging = Pages.allocate(Math.min(BATCH, dirty.size()));
        for (int first = 0; first < dirty.size(); first += BATCH) {
            List<DirtyPage> batch = dirty.subList(first, Math.min(dirty.size(), first + BATCH));
            for (int i = 0; i < batch.size(); i++) {
                map.snapshot(batch.get(i), staging, i * Pages.BYTES);
            }
            syncData();
            root.requireCurrent();
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).write(staging, i * Pages.BYTES, root.epoch(), touched);
            }
        }
        root.write(LuHeader.State.OPEN, counts.now(), touched);
        syncTouched();
        map.written(dirty);
    }

    private void syncTouched() throws IOException {
        touched.sync(root.pages().pvs());
    }
}
