package org.serai.storage.extent.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * The map of one layer: its directory in memory, its leaves on the PVs. The directory is read by anybody; all else, and
 * every change, only under the lock of the {@link LuMap} that it is part of.
 */
public final class LayerMap {
    private final LuPages pages;
    private final int number;
    /** Whether a damaged copy is damage: not if the holder of another LU may just have torn it. */
    private final boolean strict;

    private volatile long directoryExtent;
    private volatile AtomicLongArray directory;
    private int[] copies;
    private long[] generations;

    private LayerMap(LuPages pages, int number, long directoryExtent, int mapExtents, boolean strict) {
        this.pages = pages;
        this.number = number;
        this.directoryExtent = directoryExtent;
        this.strict = strict;
        this.directory = new AtomicLongArray(mapExtents);
        this.copies = new int[Math.ceilDiv(mapExtents, Pages.LONGS)];
        Arrays.fill(copies, 1);
        this.generations = new long[copies.length];
    }

    /** A leaf page as it was found: where it begins in the buffer, negative if it is blank. */
    public record Found(int at, int copy, long generation) {}

    /** The map of a layer whose directory extent reads as zero. */
    public static LayerMap fresh(LuPages pages, Layer layer) {
        return new LayerMap(
                pages, layer.number(), layer.directory(), pages.shape().mapExtents(layer.sizeBytes()), true);
    }

    /**
     * Reads a layer's directory.
     *
     * @param mapExtents how many entries it has
     * @param strict whether a damaged copy is damage
     */
    public static LayerMap load(LuPages pages, Layer layer, int mapExtents, boolean strict) throws IOException {
        LayerMap map = new LayerMap(pages, layer.number(), layer.directory(), mapExtents, strict);
        if (pages.isGone(layer.directory())) {
            for (int i = 0; i < mapExtents; i++) {
                map.directory.set(i, ExtentAddress.ofLostMap(ExtentAddress.position(layer.directory())));
            }
            return map;
        }
        ByteBuffer twins = Pages.allocate(2 * map.copies.length);
        BlockFile file = pages.pv(layer.directory()).file();
        long offset = pages.offset(layer.directory());
        file.readPages(twins.duplicate(), offset);
        for (int page = 0; page < map.copies.length; page++) {
            Found found = map.choose(
                    twins, (int) LuShape.TWIN * page, Pages.Kind.DIRECTORY, page, file, offset + LuShape.TWIN * page);
            map.copies[page] = found.copy;
            map.generations[page] = found.generation;
            for (int i = 0; found.at >= 0 && i < Pages.LONGS && page * Pages.LONGS + i < mapExtents; i++) {
                map.directory.set(page * Pages.LONGS + i, twins.getLong(found.at + Pages.HEAD + i * 8));
            }
        }
        return map;
    }

    private Found choose(ByteBuffer twins, int at, Pages.Kind kind, int index, BlockFile file, long offset) {
        return switch (pages.judge(twins, at, kind, LuPages.index(number, index))) {
            case LuPages.Twin.Blank() -> new Found(-1, 1, 0);
            case LuPages.Twin.Page(int copy, long generation) -> new Found(at + copy * Pages.BYTES, copy, generation);
            // The LU was closed in order or mended when it was opened: a bad copy is damage, not a torn write.
            case LuPages.Twin.Torn(int bad)
            when strict -> throw pages.damaged(pages.name(kind, LuPages.index(number, index), file, offset));
            case LuPages.Twin.Torn(int bad) -> {
                int good = at + (1 - bad) * Pages.BYTES;
                yield Pages.isBlank(twins, good)
                        ? new Found(-1, bad == 0 ? 1 : 0, 0)
                        : new Found(good, 1 - bad, Pages.generation(twins, good));
            }
            case LuPages.Twin.Lost() ->
                throw pages.damaged(pages.name(kind, LuPages.index(number, index), file, offset));
        };
    }

    /** Where its pages are found. */
    public LuPages pages() {
        return pages;
    }

    /** The layer's number. */
    public int number() {
        return number;
    }

    /** The extent with the directory. */
    public long directoryExtent() {
        return directoryExtent;
    }

    /** Entries of the directory. */
    public int mapExtents() {
        return directory.length();
    }

    /** A directory entry; {@link ExtentAddress#NONE} also behind the end. */
    public long mapExtent(int index) {
        AtomicLongArray known = directory;
        return index < known.length() ? known.get(index) : ExtentAddress.NONE;
    }

    /** Whether a map extent has the place of that leaf. */
    public boolean hasLeaf(int leaf) {
        return mapExtent(pages.shape().mapExtentOf(leaf)) != ExtentAddress.NONE;
    }

    /** Reads a leaf's two copies, and says which one counts. Its map extent is there. */
    public Found read(int leaf, ByteBuffer twin) throws IOException {
        long mapExtent = mapExtent(pages.shape().mapExtentOf(leaf));
        if (pages.isGone(mapExtent)) {
            return lost(mapExtent, twin);
        }
        BlockFile file = pages.pv(mapExtent).file();
        long offset = pages.offset(mapExtent) + pages.shape().leafOffset(leaf);
        file.peekPages(twin.clear(), offset);
        return choose(twin, 0, Pages.Kind.LEAF, leaf, file, offset);
    }

    /** Nothing is known of what was in it, so that nothing may read as zero. */
    private static Found lost(long mapExtent, ByteBuffer twin) {
        for (int i = 0; i < Pages.LONGS; i++) {
            twin.putLong(Pages.HEAD + i * 8, ExtentAddress.ofLostMap(ExtentAddress.position(mapExtent)));
        }
        return new Found(0, 0, 0);
    }

    /** Writes a leaf, whose payload is at {@code at}, over the copy that does not count; durable after a sync. */
    public void write(int leaf, ByteBuffer from, int at, int copy, long generation, long epoch, PvMarks marks)
            throws IOException {
        long mapExtent = mapExtent(pages.shape().mapExtentOf(leaf));
        if (mapExtent == ExtentAddress.NONE) {
            throw new IllegalStateException("layer " + number + " has no place for leaf " + leaf);
        }
        Pages.seal(from, at, Pages.Kind.LEAF, pages.lu(), LuPages.index(number, leaf), generation, epoch);
        put(mapExtent, pages.shape().leafOffset(leaf) + (long) copy * Pages.BYTES, from, at, marks);
    }

    /** Sets a directory entry in memory. */
    public void mapExtent(int index, long address) {
        directory.set(index, address);
    }

    /** Makes room for more entries, or fewer; nobody reads or writes meanwhile. */
    void resize(int mapExtents) {
        AtomicLongArray changed = new AtomicLongArray(mapExtents);
        for (int i = 0; i < Math.min(mapExtents, directory.length()); i++) {
            changed.set(i, directory.get(i));
        }
        int pagesBefore = copies.length;
        int pagesNow = Math.ceilDiv(mapExtents, Pages.LONGS);
        if (pagesNow > pagesBefore) {
            copies = Arrays.copyOf(copies, pagesNow);
            Arrays.fill(copies, pagesBefore, pagesNow, 1);
            generations = Arrays.copyOf(generations, pagesNow);
        }
        directory = changed;
    }

    /** The directory was copied to another extent. */
    public void moved(long toExtent) {
        directoryExtent = toExtent;
    }

    /** Copies a directory page's payload to {@code at}. */
    public void copyDirectoryPage(int page, ByteBuffer to, int at) {
        AtomicLongArray known = directory;
        for (int i = 0; i < Pages.LONGS; i++) {
            int index = page * Pages.LONGS + i;
            to.putLong(at + Pages.HEAD + i * 8, index < known.length() ? known.get(index) : ExtentAddress.NONE);
        }
    }

    /** Which copy of a directory page is written next. */
    public int olderDirectoryCopy(int page) {
        return 1 - copies[page];
    }

    /** The generation that a directory page is written with next. */
    public long nextDirectoryGeneration(int page) {
        return generations[page] + 1;
    }

    /** Notes which copy of a directory page counts now. */
    public void directoryWritten(int page, int copy, long generation) {
        copies[page] = copy;
        generations[page] = generation;
    }

    /** Writes a directory page whose payload is at {@code at}; durable after a sync. */
    public void writeDirectory(int page, ByteBuffer from, int at, int copy, long generation, long epoch, PvMarks marks)
            throws IOException {
        Pages.seal(from, at, Pages.Kind.DIRECTORY, pages.lu(), LuPages.index(number, page), generation, epoch);
        put(directoryExtent, LuShape.directoryOffset(page) + (long) copy * Pages.BYTES, from, at, marks);
    }

    private void put(long extent, long within, ByteBuffer from, int at, PvMarks marks) throws IOException {
        Pv pv = pages.pv(extent);
        int incarnation = pv.incarnation();
        ByteBuffer page = from.duplicate().position(at).limit(at + Pages.BYTES);
        try {
            pv.file().writePages(page, pages.offset(extent) + within);
        } finally {
            marks.mark(pv, incarnation);
        }
    }
}
