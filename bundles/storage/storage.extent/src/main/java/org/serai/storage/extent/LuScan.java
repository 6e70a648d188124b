package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks an LU's map on the PVs: for the open (which reads the directory alone if the LU was closed in order, and
 * otherwise mends what a crash tore and finds the cursor), and for the check.
 */
final class LuScan {
    private final LuPages pages;
    private final LuSpace space;
    private final boolean mend;
    private final long[] directory;
    private final int[] copies;
    private final long[] generations;
    private final List<String> errors = new ArrayList<>();
    private final List<String> tornPages = new ArrayList<>();
    private final Set<BlockFile> mended = new HashSet<>();
    private final java.util.Map<Integer, BitSet> taken = new java.util.HashMap<>();
    private long dataExtents;
    private long allExtents;

    private LuScan(LuPages pages, LuSpace space, boolean mend) {
        this.pages = pages;
        this.space = space;
        this.mend = mend;
        this.directory = new long[pages.shape().mapExtents()];
        this.copies = new int[pages.shape().directoryPages()];
        this.generations = new long[pages.shape().directoryPages()];
        claim("root extent", pages.root());
    }

    /** Reads the directory of an LU that was closed in order. */
    static LuScan directory(LuPages pages, LuSpace space) throws IOException {
        LuScan scan = new LuScan(pages, space, false);
        scan.readDirectory();
        scan.requireSound(true);
        return scan;
    }

    /** Reads the whole map of an LU whose holder died, mends torn pages, and moves the cursor behind what is used. */
    static LuScan recover(LuPages pages, LuSpace space) throws IOException {
        LuScan scan = new LuScan(pages, space, true);
        scan.readDirectory();
        scan.readLeaves();
        scan.requireSound(false);
        for (BlockFile file : scan.mended) {
            file.sync();
        }
        return scan;
    }

    /** Reads the whole map without changing anything. */
    static LuScan check(LuPages pages, LuSpace space) throws IOException {
        LuScan scan = new LuScan(pages, space, false);
        scan.readDirectory();
        scan.readLeaves();
        return scan;
    }

    long[] directory() {
        return directory;
    }

    int[] directoryCopies() {
        return copies;
    }

    long[] directoryGenerations() {
        return generations;
    }

    List<String> errors() {
        return errors;
    }

    long dataExtents() {
        return dataExtents;
    }

    /** Data, map and root. */
    long allExtents() {
        return allExtents;
    }

    private void requireSound(boolean closedInOrder) {
        if (!errors.isEmpty()) {
            throw pages.damaged(errors.getFirst());
        }
        if (closedInOrder && !tornPages.isEmpty()) {
            throw pages.damaged(tornPages.getFirst());
        }
    }

    private void readDirectory() throws IOException {
        int count = pages.shape().directoryPages();
        ByteBuffer twins = Pages.allocate(2 * count);
        BlockFile file = pages.rootPv().file();
        file.readPages(twins.duplicate(), pages.directoryOffset(0));
        for (int page = 0; page < count; page++) {
            int at = (int) LuShape.TWIN * page;
            long offset = pages.directoryOffset(page);
            int from = resolve(twins, at, Pages.Kind.DIRECTORY, page, file, offset);
            copies[page] = from < 0 ? 1 : (from - at) / Pages.BYTES;
            generations[page] = from < 0 ? 0 : Pages.generation(twins, from);
            for (int i = 0; from >= 0 && i < Pages.LONGS && page * Pages.LONGS + i < directory.length; i++) {
                long entry = twins.getLong(from + Pages.HEAD + i * 8);
                if (entry != ExtentAddress.NONE && claim("map extent " + (page * Pages.LONGS + i), entry)) {
                    directory[page * Pages.LONGS + i] = entry;
                }
            }
        }
    }

    private void readLeaves() throws IOException {
        LuShape shape = pages.shape();
        ByteBuffer twins = Pages.allocate(2 * shape.leavesInMapExtent());
        for (int number = 0; number < directory.length; number++) {
            if (directory[number] == ExtentAddress.NONE) {
                continue;
            }
            BlockFile file = pages.pv(directory[number]).file();
            int first = number * shape.leavesInMapExtent();
            file.readPages(twins.clear(), pages.leafOffset(directory[number], first));
            for (int i = 0; i < shape.leavesInMapExtent() && first + i < shape.leaves(); i++) {
                int at = (int) LuShape.TWIN * i;
                long offset = pages.leafOffset(directory[number], first + i);
                int from = resolve(twins, at, Pages.Kind.LEAF, first + i, file, offset);
                readEntries(twins, from, first + i);
            }
        }
    }

    private void readEntries(ByteBuffer twins, int from, int leaf) {
        for (int i = 0; from >= 0 && i < Pages.LONGS; i++) {
            long entry = twins.getLong(from + Pages.HEAD + i * 8);
            if (entry != ExtentAddress.NONE && claim("extent " + ((long) leaf * Pages.LONGS + i), entry)) {
                dataExtents++;
            }
        }
    }

    /** Where the page is that counts; negative if there is none. */
    private int resolve(ByteBuffer twins, int at, Pages.Kind kind, int index, BlockFile file, long offset)
            throws IOException {
        return switch (pages.judge(twins, at, kind, index)) {
            case LuPages.Twin.Blank() -> -1;
            case LuPages.Twin.Page(int copy, long _) -> at + copy * Pages.BYTES;
            case LuPages.Twin.Torn(int damaged) -> {
                tornPages.add(pages.name(kind, index, file, offset) + " has one damaged copy");
                if (mend) {
                    pages.mend(twins, at, damaged, file, offset);
                    mended.add(file);
                }
                int good = at + (1 - damaged) * Pages.BYTES;
                yield Pages.isBlank(twins, good) ? -1 : good;
            }
            case LuPages.Twin.Lost() -> {
                errors.add(pages.name(kind, index, file, offset) + " has no intact copy");
                yield -1;
            }
        };
    }

    /** The pages with one damaged copy, which is right only where a crash may have torn it. */
    List<String> tornPages() {
        return tornPages;
    }

    private boolean claim(String what, long address) {
        long place = space.place(address);
        if (place < 0) {
            errors.add("LU " + pages.lu() + ": " + what + " is mapped to extent " + ExtentAddress.extent(address)
                    + " of PV number " + ExtentAddress.position(address) + ", which is not the LU's");
            return false;
        }
        BitSet unit = taken.computeIfAbsent((int) (place >>> 32), _ -> new BitSet());
        if (unit.get((int) place)) {
            errors.add("LU " + pages.lu() + ": " + what + " is mapped to extent " + ExtentAddress.extent(address)
                    + " of PV number " + ExtentAddress.position(address) + ", which is mapped twice");
            return false;
        }
        unit.set((int) place);
        allExtents++;
        if (mend) {
            space.behind(place);
        }
        return true;
    }
}
