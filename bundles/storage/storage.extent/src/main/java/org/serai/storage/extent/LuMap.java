package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The map of an open LU: which extent of the pool holds which extent of the LU. A bounded number of clean leaves is kept
 * in memory; dirty ones stay until they are durable. A mapping never changes once it is made.
 */
final class LuMap {
    private final LuPages pages;
    private final int cacheLeaves;
    private final AtomicReferenceArray<Leaf> leaves;
    private final AtomicLongArray directory;
    private final int[] directoryCopy;
    private final long[] directoryGeneration;
    private final BitSet directoryDirty = new BitSet();
    private final List<Leaf> cached = new ArrayList<>();
    private final List<Leaf> dirty = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer twin = Pages.allocate(2);
    private int hand;
    private volatile boolean anyDirty;

    LuMap(LuPages pages, int cacheLeaves, LuScan scan) {
        LuShape shape = pages.shape();
        this.pages = pages;
        this.cacheLeaves = cacheLeaves;
        this.leaves = new AtomicReferenceArray<>(shape.leaves());
        this.directory = new AtomicLongArray(scan.directory());
        this.directoryCopy = scan.directoryCopies();
        this.directoryGeneration = scan.directoryGenerations();
    }

    /** The extent that holds an extent of the LU; {@link ExtentAddress#NONE} if none does. */
    long find(long extent) throws IOException {
        int index = (int) (extent / Pages.LONGS);
        Leaf leaf = leaves.get(index);
        if (leaf == null) {
            if (directory.get(mapExtentOf(index)) == ExtentAddress.NONE) {
                return ExtentAddress.NONE;
            }
            leaf = load(index);
        }
        if (!leaf.used) {
            leaf.used = true;
        }
        return leaf.get((int) (extent % Pages.LONGS));
    }

    /** The directory entry that an extent of the LU needs. */
    int mapExtentFor(long extent) {
        return mapExtentOf((int) (extent / Pages.LONGS));
    }

    boolean hasMapExtent(int number) {
        return directory.get(number) != ExtentAddress.NONE;
    }

    /** Adds a map extent that reads as zero, and will do so durably after the next sync. */
    void addMapExtent(int number, long address) {
        lock.lock();
        try {
            directory.set(number, address);
            directoryDirty.set(number / Pages.LONGS);
            anyDirty = true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a mapping to an extent whose content is complete. */
    void publish(long extent, long address) throws IOException {
        lock.lock();
        try {
            Leaf leaf = loadLocked((int) (extent / Pages.LONGS));
            leaf.set((int) (extent % Pages.LONGS), address);
            leaf.changes++;
            if (!leaf.dirty) {
                leaf.dirty = true;
                dirty.add(leaf);
            }
            anyDirty = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isDirty() {
        return anyDirty;
    }

    /** The pages to be written now. Nobody else may be between this and {@link #written}. */
    List<DirtyPage> dirtyPages() {
        lock.lock();
        try {
            List<DirtyPage> found = new ArrayList<>();
            for (int page = directoryDirty.nextSetBit(0); page >= 0; page = directoryDirty.nextSetBit(page + 1)) {
                found.add(new DirtyPage(this, page));
            }
            for (Leaf leaf : dirty) {
                found.add(new DirtyPage(this, leaf));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Copies a page as it is now to {@code at}; what is in it must become durable before it does. */
    void snapshot(DirtyPage page, ByteBuffer to, int at) {
        lock.lock();
        try {
            if (page.leaf != null) {
                page.leaf.store(to, at);
                page.changes = page.leaf.changes;
                page.place(1 - page.leaf.copy, page.leaf.generation + 1, directory.get(mapExtentOf(page.leaf.index)));
            } else {
                int first = page.directoryPage * Pages.LONGS;
                for (int i = 0; i < Pages.LONGS; i++) {
                    long entry = first + i < directory.length() ? directory.get(first + i) : 0;
                    to.putLong(at + Pages.HEAD + i * 8, entry);
                }
                directoryDirty.clear(page.directoryPage);
                page.place(
                        1 - directoryCopy[page.directoryPage],
                        directoryGeneration[page.directoryPage] + 1,
                        pages.root());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that pages are durable. */
    void written(List<DirtyPage> durable) {
        lock.lock();
        try {
            for (DirtyPage page : durable) {
                if (page.leaf != null) {
                    page.leaf.copy = page.copy;
                    page.leaf.generation = page.generation;
                    page.leaf.dirty = page.leaf.changes != page.changes;
                } else {
                    directoryCopy[page.directoryPage] = page.copy;
                    directoryGeneration[page.directoryPage] = page.generation;
                }
            }
            dirty.removeIf(leaf -> !leaf.dirty);
            anyDirty = !dirty.isEmpty() || !directoryDirty.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int dirtyLeaves() {
        lock.lock();
        try {
            return dirty.size();
        } finally {
            lock.unlock();
        }
    }

    private int mapExtentOf(int leaf) {
        return leaf / pages.shape().leavesInMapExtent();
    }

    private Leaf load(int index) throws IOException {
        lock.lock();
        try {
            return loadLocked(index);
        } finally {
            lock.unlock();
        }
    }

    private Leaf loadLocked(int index) throws IOException {
        Leaf known = leaves.get(index);
        if (known != null) {
            return known;
        }
        long mapExtent = directory.get(mapExtentOf(index));
        BlockFile file = pages.pv(mapExtent).file();
        long offset = pages.leafOffset(mapExtent, index);
        file.readPages(twin.clear(), offset);
        Leaf leaf = new Leaf(index);
        switch (pages.judge(twin, 0, Pages.Kind.LEAF, index)) {
            case LuPages.Twin.Blank() -> leaf.copy = 1;
            case LuPages.Twin.Page(int copy, long generation) -> leaf.load(twin, copy * Pages.BYTES, copy, generation);
            // The LU was closed in order or mended when it was opened: a bad copy is damage, not a torn write.
            case LuPages.Twin.Torn _, LuPages.Twin.Lost _ ->
                throw pages.damaged(pages.name(Pages.Kind.LEAF, index, file, offset));
        }
        evict();
        cached.add(leaf);
        leaves.set(index, leaf);
        return leaf;
    }

    private void evict() {
        int tries = 2 * cached.size();
        while (cached.size() >= cacheLeaves && tries-- > 0) {
            hand = hand >= cached.size() ? 0 : hand;
            Leaf candidate = cached.get(hand);
            if (candidate.dirty || candidate.used) {
                candidate.used = false;
                hand++;
            } else {
                leaves.set(candidate.index, null);
                cached.set(hand, cached.getLast());
                cached.removeLast();
            }
        }
    }

    /** A page on its way to the PV. */
    static final class DirtyPage {
        private final LuMap map;
        private final Leaf leaf;
        private final int directoryPage;
        private int changes;
        private int copy;
        private long generation;
        private long extent;

        private DirtyPage(LuMap map, Leaf leaf) {
            this.map = map;
            this.leaf = leaf;
            this.directoryPage = -1;
        }

        private DirtyPage(LuMap map, int directoryPage) {
            this.map = map;
            this.leaf = null;
            this.directoryPage = directoryPage;
        }

        private void place(int toCopy, long withGeneration, long inExtent) {
            copy = toCopy;
            generation = withGeneration;
            extent = inExtent;
        }

        /** The PV's place in the pool. */
        int position() {
            return ExtentAddress.position(extent);
        }

        /** Seals the snapshot and writes it over the older copy. */
        void write(ByteBuffer from, int at, long epoch) throws IOException {
            LuPages pages = map.pages;
            Pages.Kind kind = leaf == null ? Pages.Kind.DIRECTORY : Pages.Kind.LEAF;
            int index = leaf == null ? directoryPage : leaf.index;
            Pages.seal(from, at, kind, pages.lu(), index, generation, epoch);
            long twin = leaf == null ? pages.directoryOffset(directoryPage) : pages.leafOffset(extent, leaf.index);
            ByteBuffer page = from.duplicate().position(at).limit(at + Pages.BYTES);
            pages.pv(extent).file().writePages(page, twin + (long) copy * Pages.BYTES);
        }
    }
}
