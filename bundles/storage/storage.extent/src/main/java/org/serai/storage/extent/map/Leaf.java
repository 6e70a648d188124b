package org.serai.storage.extent.map;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * A page of the top layer's map in memory, with what shows through from below folded in. Entries are read by anybody and
 * written under the map's lock.
 */
final class Leaf {
    final int index;
    private final AtomicLongArray entries = new AtomicLongArray(Pages.LONGS);
    /** Guarded by the map's lock, as all below. */
    int copy = 1;

    long generation;
    int changes;
    boolean dirty;
    /** Entries that are being moved: their mark is nowhere else. */
    int moving;
    /** A hint, written without a lock. */
    boolean used;

    Leaf(int index) {
        this.index = index;
    }

    long get(int slot) {
        return entries.get(slot);
    }

    void set(int slot, long entry) {
        entries.set(slot, entry);
    }

    void load(ByteBuffer pages, LayerMap.Found found) {
        copy = found.copy();
        generation = found.generation();
        for (int i = 0; found.at() >= 0 && i < Pages.LONGS; i++) {
            entries.setPlain(i, pages.getLong(found.at() + Pages.HEAD + i * 8));
        }
    }

    /** Takes what an ancestor has where nothing is known yet. */
    void fold(ByteBuffer pages, LayerMap.Found found, int slots) {
        for (int i = 0; found.at() >= 0 && i < slots; i++) {
            long below = pages.getLong(found.at() + Pages.HEAD + i * 8);
            if (entries.getPlain(i) == ExtentAddress.NONE && below != ExtentAddress.NONE) {
                entries.setPlain(i, below | ExtentAddress.INHERITED);
            }
        }
    }

    /** The leaf of a new layer above: all that is here shows through. */
    void seal() {
        for (int i = 0; i < Pages.LONGS; i++) {
            long entry = entries.getPlain(i);
            if (entry != ExtentAddress.NONE) {
                // Whoever reads meanwhile finds the same extent, and who writes afterwards has passed the gate.
                entries.setRelease(i, ExtentAddress.plain(entry) | ExtentAddress.INHERITED);
            }
        }
        copy = 1;
        generation = 0;
        moving = 0;
    }

    /** What belongs on the PV. */
    long own(int slot) {
        long entry = entries.get(slot);
        return ExtentAddress.inherited(entry) ? ExtentAddress.NONE : ExtentAddress.plain(entry);
    }

    void store(ByteBuffer pages, int at) {
        for (int i = 0; i < Pages.LONGS; i++) {
            pages.putLong(at + Pages.HEAD + i * 8, own(i));
        }
    }
}
