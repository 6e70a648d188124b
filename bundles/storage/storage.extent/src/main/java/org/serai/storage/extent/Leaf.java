package org.serai.storage.extent;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/** A page of the map in memory. Entries are read by anybody and written under the map's lock. */
final class Leaf {
    final int index;
    private final AtomicLongArray entries = new AtomicLongArray(Pages.LONGS);
    /** Guarded by the map's lock, as all below. */
    int copy = 1;

    long generation;
    int changes;
    boolean dirty;
    /** A hint, written without a lock. */
    boolean used;

    Leaf(int index) {
        this.index = index;
    }

    long get(int slot) {
        return entries.get(slot);
    }

    void set(int slot, long address) {
        entries.set(slot, address);
    }

    void load(ByteBuffer pages, int at, int fromCopy, long fromGeneration) {
        copy = fromCopy;
        generation = fromGeneration;
        for (int i = 0; i < Pages.LONGS; i++) {
            entries.setPlain(i, pages.getLong(at + Pages.HEAD + i * 8));
        }
    }

    void store(ByteBuffer pages, int at) {
        for (int i = 0; i < Pages.LONGS; i++) {
            pages.putLong(at + Pages.HEAD + i * 8, entries.getPlain(i));
        }
    }
}
