package org.serai.storage.extent.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;

/**
 * What an open LU shows: which extent of the pool holds which extent of the LU. The leaves in memory are the top layer's
 * with the layers below folded in, so that a look-up is one step however many snapshots there are. A bounded number of
 * clean leaves is kept; dirty ones stay until they are durable.
 */
public final class LuMap {
    private final LuShape shape;
    private final BitSet directoryDirty = new BitSet();
    private final LeafCache cached;
    private final List<Leaf> dirty = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer twin = Pages.allocate(2);
    private volatile MapView view;
    private volatile boolean anyDirty;

    /** A map of a top and what is below, with room for so many leaves. */
    public LuMap(LuShape shape, LeafBudget budget, LayerMap top, List<Below> below, int leaves) {
        this.shape = shape;
        this.cached = new LeafCache(budget);
        this.view = new MapView(top, List.copyOf(below), new AtomicReferenceArray<>(leaves));
    }

    /** The entry of an extent of the LU, with its marks. */
    public long find(long extent) throws IOException {
        int index = (int) (extent / Pages.LONGS);
        MapView now = view;
        if (index >= now.leaves().length()) {
            return ExtentAddress.NONE;
        }
        Leaf leaf = now.leaves().get(index);
        if (leaf == null) {
            if (!now.hasAny(index)) {
                return ExtentAddress.NONE;
            }
            leaf = load(index);
        }
        if (!leaf.used) {
            leaf.used = true;
        }
        return leaf.get((int) (extent % Pages.LONGS));
    }

    /** Whether any layer has a page for that leaf. */
    public boolean hasAny(int leaf) {
        return view.hasAny(leaf);
    }

    /** Extents that can be looked up. */
    public int leaves() {
        return view.leaves().length();
    }

    /** The map of the layer that is written. */
    public LayerMap top() {
        return view.top();
    }

    /** What is below the top, nearest first. */
    public List<Below> below() {
        return view.below();
    }

    /** The directory entry that an extent of the LU needs. */
    public int mapExtentFor(long extent) {
        return shape.mapExtentOf((int) (extent / Pages.LONGS));
    }

    /** Whether the top has that map extent. */
    public boolean hasMapExtent(int number) {
        return view.top().mapExtent(number) != ExtentAddress.NONE;
    }

    /** Adds a map extent that reads as zero, and will do so durably after the next sync. */
    public void setMapExtent(int number, long address) {
        lock.lock();
        try {
            view.top().mapExtent(number, address);
            directoryDirty.set(number / Pages.LONGS);
            anyDirty = true;
        } finally {
            lock.unlock();
        }
    }

    /** Changes an entry if it still is what the caller has seen. A given one names an extent whose content is complete. */
    public boolean publish(long extent, long expected, long entry) throws IOException {
        lock.lock();
        try {
            Leaf leaf = loadLocked((int) (extent / Pages.LONGS));
            int slot = (int) (extent % Pages.LONGS);
            long before = leaf.get(slot);
            if (before != expected) {
                return false;
            }
            mark(leaf, before, entry);
            leaf.set(slot, entry);
            if (ExtentAddress.own(before) != ExtentAddress.own(entry)) {
                // Only then: the top may have no place for a page that shows nothing of its own.
                dirty(leaf);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static void mark(Leaf leaf, long before, long after) {
        leaf.moving += (int) ((after & ExtentAddress.MOVING) - (before & ExtentAddress.MOVING) >> 45);
    }

    private void dirty(Leaf leaf) {
        leaf.changes++;
        if (!leaf.dirty) {
            leaf.dirty = true;
            dirty.add(leaf);
        }
        anyDirty = true;
    }

    /** Whether anything is not on the PVs yet. */
    public boolean isDirty() {
        return anyDirty;
    }

    /** Runs work under the lock of all maps of this LU: nothing is looked up that is not in memory meanwhile. */
    public <R> R locked(MapWork<R> work) throws IOException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Copies a layer's own entries of a leaf; false if it has none. Under the lock. */
    public boolean own(LayerMap layer, int index, long[] entries) throws IOException {
        Leaf known = layer == view.top() && index < view.leaves().length()
                ? view.leaves().get(index)
                : null;
        if (known != null) {
            for (int i = 0; i < Pages.LONGS; i++) {
                entries[i] = known.own(i);
            }
            return layer.hasLeaf(index);
        }
        if (!layer.hasLeaf(index)) {
            return false;
        }
        LayerMap.Found found = layer.read(index, twin);
        for (int i = 0; i < Pages.LONGS; i++) {
            entries[i] = found.at() < 0 ? ExtentAddress.NONE : twin.getLong(found.at() + Pages.HEAD + i * 8);
        }
        return found.at() >= 0;
    }

    /** The top becomes an earlier state, and an empty one is above it. Nothing is dirty, nobody writes. */
    public void seal(LayerMap newTop, long oldTopExtents) {
        lock.lock();
        try {
            cached.all().forEach(Leaf::seal);
            List<Below> below = new ArrayList<>();
            below.add(new Below(view.top(), oldTopExtents));
            view.below().forEach(one -> below.add(new Below(one.map(), Math.min(one.extents(), oldTopExtents))));
            view = new MapView(newTop, List.copyOf(below), view.leaves());
        } finally {
            lock.unlock();
        }
    }

    /**
     * The top takes over what shows through from its parent, which goes.
     *
     * @param entries the parent's entries of a leaf
     * @param reach how many of the parent's extents show through
     * @param rest gets those that the top does not show
     */
    public void adopt(int leaf, long[] entries, long reach, ExtentSet rest) throws IOException {
        lock.lock();
        try {
            Leaf known = leaf < view.leaves().length() ? loadLocked(leaf) : new Leaf(leaf);
            for (int i = 0; i < Pages.LONGS; i++) {
                boolean shown = ExtentAddress.inherited(known.get(i)) && (long) leaf * Pages.LONGS + i < reach;
                if (entries[i] != ExtentAddress.NONE && shown) {
                    known.set(i, entries[i]);
                    dirty(known);
                } else if (ExtentAddress.given(entries[i]) && !ExtentAddress.isOfLostMap(entries[i])) {
                    rest.add(entries[i]);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What showed through from one place shows through from another. */
    public void relink(long extent, long from, long to) {
        lock.lock();
        try {
            int index = (int) (extent / Pages.LONGS);
            Leaf leaf = index < view.leaves().length() ? view.leaves().get(index) : null;
            int slot = (int) (extent % Pages.LONGS);
            if (leaf != null && leaf.get(slot) == (from | ExtentAddress.INHERITED)) {
                leaf.set(slot, to | ExtentAddress.INHERITED);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The layers below are others now, and show the same. */
    public void below(List<Below> changed) {
        lock.lock();
        try {
            view = new MapView(view.top(), List.copyOf(changed), view.leaves());
        } finally {
            lock.unlock();
        }
    }

    /** The layers below are to be read anew, where they may have other places. */
    public void refold(List<Below> changed) throws IOException {
        lock.lock();
        try {
            view = new MapView(view.top(), List.copyOf(changed), view.leaves());
            for (Leaf leaf : cached.all()) {
                Leaf fresh = new Leaf(leaf.index);
                for (int i = 0; i < Pages.LONGS; i++) {
                    fresh.set(i, ExtentAddress.inherited(leaf.get(i)) ? ExtentAddress.NONE : leaf.get(i));
                }
                foldBelow(fresh);
                for (int i = 0; i < Pages.LONGS; i++) {
                    leaf.set(i, fresh.get(i));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Shows something else from now on. Nothing is dirty, nobody writes. */
    public void replace(LayerMap top, List<Below> below, long sizeBytes) {
        lock.lock();
        try {
            cached.clear();
            dirty.clear();
            directoryDirty.clear();
            anyDirty = false;
            view = new MapView(top, List.copyOf(below), new AtomicReferenceArray<>(shape.leaves(sizeBytes)));
        } finally {
            lock.unlock();
        }
    }

    /** Gives the memory back; for who looks things up all the same they are read again. */
    public void close() {
        lock.lock();
        try {
            cached.close();
            view = new MapView(
                    view.top(),
                    view.below(),
                    new AtomicReferenceArray<>(view.leaves().length()));
        } finally {
            lock.unlock();
        }
    }

    /** Has room for another size. What is behind the end is in no map any more; nobody reads or writes. */
    public void resize(int mapExtents, int leaves) {
        lock.lock();
        try {
            MapView now = view;
            AtomicReferenceArray<Leaf> changed = new AtomicReferenceArray<>(leaves);
            for (int i = 0; i < Math.min(leaves, now.leaves().length()); i++) {
                changed.set(i, now.leaves().get(i));
            }
            cached.cut(leaves);
            now.top().resize(mapExtents);
            view = new MapView(now.top(), now.below(), changed);
        } finally {
            lock.unlock();
        }
    }

    /** The pages to be written now. Nobody else may be between this and {@link #written}. */
    public List<DirtyPage> dirtyPages() {
        lock.lock();
        try {
            List<DirtyPage> found = new ArrayList<>();
            for (int page = directoryDirty.nextSetBit(0); page >= 0; page = directoryDirty.nextSetBit(page + 1)) {
                found.add(new DirtyPage(page));
            }
            for (Leaf leaf : dirty) {
                found.add(new DirtyPage(leaf));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Copies a page as it is now to {@code at}; what is in it must become durable before it does. */
    public void snapshot(DirtyPage page, ByteBuffer to, int at) {
        lock.lock();
        try {
            LayerMap top = view.top();
            if (page.leaf != null) {
                page.leaf.store(to, at);
                page.changes = page.leaf.changes;
                page.place(top, 1 - page.leaf.copy, page.leaf.generation + 1);
            } else {
                top.copyDirectoryPage(page.directoryPage, to, at);
                directoryDirty.clear(page.directoryPage);
                page.place(
                        top,
                        top.olderDirectoryCopy(page.directoryPage),
                        top.nextDirectoryGeneration(page.directoryPage));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that pages are durable. */
    public void written(List<DirtyPage> durable) {
        lock.lock();
        try {
            for (DirtyPage page : durable) {
                if (page.leaf != null) {
                    page.leaf.copy = page.copy;
                    page.leaf.generation = page.generation;
                    page.leaf.dirty = page.leaf.changes != page.changes;
                } else {
                    page.layer.directoryWritten(page.directoryPage, page.copy, page.generation);
                }
            }
            dirty.removeIf(leaf -> !leaf.dirty);
            anyDirty = !dirty.isEmpty() || !directoryDirty.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Leaves that are not on the PVs yet. */
    public int dirtyLeaves() {
        lock.lock();
        try {
            return dirty.size();
        } finally {
            lock.unlock();
        }
    }

    private Leaf load(int index) throws IOException {
        return locked(() -> loadLocked(index));
    }

    private Leaf loadLocked(int index) throws IOException {
        MapView now = view;
        Leaf known = now.leaves().get(index);
        if (known != null) {
            return known;
        }
        Leaf leaf = new Leaf(index);
        if (now.top().hasLeaf(index)) {
            leaf.load(twin, now.top().read(index, twin));
        }
        foldBelow(leaf);
        cached.add(leaf, now.leaves());
        now.leaves().set(index, leaf);
        return leaf;
    }

    private void foldBelow(Leaf leaf) throws IOException {
        int index = leaf.index;
        for (Below below : view.below()) {
            long slots = Math.min(Pages.LONGS, below.extents() - (long) index * Pages.LONGS);
            if (slots > 0 && below.map().hasLeaf(index)) {
                leaf.fold(twin, below.map().read(index, twin), (int) slots);
            }
        }
    }
}
