package org.serai.storage.extent.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.lu.LuSpace;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * Walks the maps of all layers of an LU on the PVs: for the open of an LU whose holder died, which mends what a crash
 * tore and finds what is used, and for the check.
 */
public final class LuScan {
    private final LuPages pages;
    private final LayerTable table;
    private final LuSpace space;
    /** The epoch to mend under; negative if nothing is changed. */
    private final long mendEpoch;

    private final List<String> errors = new ArrayList<>();
    private final List<String> tornPages = new ArrayList<>();
    private final PvMarks mended = new PvMarks();
    private final ByteBuffer childTwin = Pages.allocate(2);
    /** Whether the LU was closed in order: then a damaged copy may have been the newer one. */
    private boolean repairing;

    private DataVisit visit = (_, _, _) -> {};

    /** Told of each data extent. */
    public interface DataVisit {
        void extent(int layer, long extent, long address) throws IOException;
    }

    private long dataExtents;
    private long lostExtents;
    private long allExtents;
    private int topMapExtents;

    private LuScan(LuPages pages, LayerTable table, LuSpace space, long mendEpoch) {
        this.pages = pages;
        this.table = table;
        this.space = space;
        this.mendEpoch = mendEpoch;
    }

    /** Reads all maps of an LU whose holder died, mends torn pages, and claims what is used. */
    public static LuScan recover(LuPages pages, long root, LayerTable table, LuSpace space, long epoch)
            throws IOException {
        LuScan scan = new LuScan(pages, table, space, epoch);
        scan.run(root);
        if (!scan.errors.isEmpty()) {
            throw pages.damaged(scan.errors.getFirst());
        }
        scan.mended.sync(pages.pvs());
        return scan;
    }

    /**
     * Reads all maps of an LU that was closed in order, and mends a damaged copy where the intact one is the newer of the
     * two. Where it is not, or that cannot be seen, the copy stays damaged and is told as an error.
     */
    static LuScan repair(LuPages pages, long root, LayerTable table, LuSpace space, long epoch) throws IOException {
        LuScan scan = new LuScan(pages, table, space, epoch);
        scan.repairing = true;
        scan.run(root);
        scan.mended.sync(pages.pvs());
        return scan;
    }

    /** Reads all maps without changing anything. */
    public static LuScan check(LuPages pages, long root, LayerTable table, LuSpace space, DataVisit visit)
            throws IOException {
        LuScan scan = new LuScan(pages, table, space, -1);
        scan.visit = visit;
        scan.run(root);
        return scan;
    }

    /** What is wrong, a sentence each. */
    public List<String> errors() {
        return errors;
    }

    /** The pages with one damaged copy, which is right only where a crash may have torn it. */
    public List<String> tornPages() {
        return tornPages;
    }

    /** Data extents of all layers. */
    public long dataExtents() {
        return dataExtents;
    }

    /** Extents, of maps too, that went with PVs which were given up as lost. */
    long lostExtents() {
        return lostExtents;
    }

    /** Data, maps, directories and root. */
    long allExtents() {
        return allExtents;
    }

    /** Directory entries of the top, those included that a shrink left behind the end. */
    public int topMapExtents() {
        return topMapExtents;
    }

    private void run(long root) throws IOException {
        claim("root extent", root);
        for (Layer layer : table.layers()) {
            if (layer.state() == Layer.State.TOP) {
                // Of a directory that is lost every entry is.
                topMapExtents = pages.shape().mapExtents(layer.sizeBytes());
            }
            if (claim("directory of layer " + layer.number(), layer.directory())) {
                long[] directory = readDirectory(layer);
                if (layer.state() == Layer.State.TOP) {
                    topMapExtents = directory.length;
                }
                readLeaves(layer, directory);
            }
        }
    }

    private long[] readDirectory(Layer layer) throws IOException {
        int least = pages.shape().mapExtents(layer.sizeBytes());
        boolean top = layer.state() == Layer.State.TOP;
        int count = top ? pages.shape().directoryPages() : Math.ceilDiv(least, Pages.LONGS);
        ByteBuffer twins = Pages.allocate(2 * count);
        BlockFile file = pages.pv(layer.directory()).file();
        long offset = pages.offset(layer.directory());
        file.readPages(twins.duplicate(), offset);
        long[] found = new long[count * Pages.LONGS];
        int length = least;
        for (int page = 0; page < count; page++) {
            int at = (int) LuShape.TWIN * page;
            int from = resolve(twins, at, Pages.Kind.DIRECTORY, layer, page, file, offset + at);
            for (int i = 0; from >= 0 && i < Pages.LONGS; i++) {
                int index = page * Pages.LONGS + i;
                long entry = twins.getLong(from + Pages.HEAD + i * 8);
                if (entry != ExtentAddress.NONE
                        && claim("map extent " + index + " of layer " + layer.number(), entry)) {
                    found[index] = entry;
                    length = Math.max(length, index + 1);
                }
            }
        }
        return java.util.Arrays.copyOf(found, length);
    }

    private void readLeaves(Layer layer, long[] directory) throws IOException {
        LuShape shape = pages.shape();
        Optional<LayerMap> child = childThatTakesOver(layer);
        ByteBuffer twins = Pages.allocate(2 * shape.leavesInMapExtent());
        for (int number = 0; number < directory.length; number++) {
            if (directory[number] == ExtentAddress.NONE) {
                continue;
            }
            BlockFile file = pages.pv(directory[number]).file();
            long offset = pages.offset(directory[number]);
            file.readPages(twins.clear(), offset);
            for (int i = 0; i < shape.leavesInMapExtent(); i++) {
                int at = (int) LuShape.TWIN * i;
                int leaf = number * shape.leavesInMapExtent() + i;
                int from = resolve(twins, at, Pages.Kind.LEAF, layer, leaf, file, offset + at);
                if (from >= 0 && child.isPresent() && child.get().hasLeaf(leaf)) {
                    dropTakenOver(layer, twins, at, from, leaf, child.get(), directory[number]);
                }
                readEntries(layer, twins, from, leaf);
            }
        }
    }

    private Optional<LayerMap> childThatTakesOver(Layer layer) throws IOException {
        if (layer.state() != Layer.State.MERGING) {
            return Optional.empty();
        }
        Layer child = table.children(layer).getFirst();
        return Optional.of(LayerMap.load(pages, child, pages.shape().mapExtents(child.sizeBytes()), false));
    }

    /** What a merge has moved, or found to be covered, is the child's or nobody's: a crash left it here too. */
    private void dropTakenOver(
            Layer layer, ByteBuffer twins, int at, int from, int leaf, LayerMap child, long mapExtent)
            throws IOException {
        LayerMap.Found found = child.read(leaf, childTwin);
        boolean changed = false;
        for (int i = 0; found.at() >= 0 && i < Pages.LONGS; i++) {
            long entry = twins.getLong(from + Pages.HEAD + i * 8);
            long childs = childTwin.getLong(found.at() + Pages.HEAD + i * 8);
            // Without mending only what is plainly the same: of the rest, that a merge under way is about to free.
            if (entry != ExtentAddress.NONE && childs != ExtentAddress.NONE && (mendEpoch >= 0 || childs == entry)) {
                twins.putLong(from + Pages.HEAD + i * 8, ExtentAddress.NONE);
                changed = true;
            }
        }
        if (changed && mendEpoch >= 0 && !repairing) {
            int copy = (from - at) / Pages.BYTES;
            long generation = Pages.generation(twins, from) + 1;
            Pages.seal(
                    twins,
                    from,
                    Pages.Kind.LEAF,
                    pages.lu(),
                    LuPages.index(layer.number(), leaf),
                    generation,
                    mendEpoch);
            Pv pv = pages.pv(mapExtent);
            ByteBuffer page = twins.duplicate().position(from).limit(from + Pages.BYTES);
            long twin = pages.offset(mapExtent) + pages.shape().leafOffset(leaf);
            int incarnation = pv.incarnation();
            pv.file().writePages(page, twin + (long) (1 - copy) * Pages.BYTES);
            mended.mark(pv, incarnation);
        }
    }

    private void readEntries(Layer layer, ByteBuffer twins, int from, int leaf) throws IOException {
        for (int i = 0; from >= 0 && i < Pages.LONGS; i++) {
            long entry = twins.getLong(from + Pages.HEAD + i * 8);
            long extent = (long) leaf * Pages.LONGS + i;
            if (ExtentAddress.given(entry) && !space.owns(entry) && pages.isGone(entry)) {
                lostExtents++;
                dataExtents++;
            } else if (ExtentAddress.given(entry) && claim("extent " + extent + " of layer " + layer.number(), entry)) {
                dataExtents++;
                visit.extent(layer.number(), extent, ExtentAddress.plain(entry));
            }
        }
    }

    /** Where the page is that counts; negative if there is none. */
    private int resolve(ByteBuffer twins, int at, Pages.Kind kind, Layer layer, int index, BlockFile file, long offset)
            throws IOException {
        long number = LuPages.index(layer.number(), index);
        return switch (pages.judge(twins, at, kind, number)) {
            case LuPages.Twin.Blank() -> -1;
            case LuPages.Twin.Page(int copy, long _) -> at + copy * Pages.BYTES;
            case LuPages.Twin.Torn(int damaged) -> {
                tornPages.add(pages.name(kind, number, file, offset) + " has one damaged copy");
                if (repairing && !pages.isOlder(twins, at, damaged, kind, number)) {
                    errors.add(tornPages.getLast());
                } else if (mendEpoch >= 0) {
                    pages.mend(twins, at, damaged, file, offset);
                    pages.pvs().all().stream()
                            .filter(pv -> pv.file() == file)
                            .forEach(pv -> mended.mark(pv, pv.incarnation()));
                }
                int good = at + (1 - damaged) * Pages.BYTES;
                yield Pages.isBlank(twins, good) ? -1 : good;
            }
            case LuPages.Twin.Lost() -> {
                errors.add(pages.name(kind, number, file, offset) + " has no intact copy");
                yield -1;
            }
        };
    }

    private boolean claim(String what, long address) throws IOException {
        if (!space.owns(address) && pages.isGone(address)) {
            lostExtents++;
            return false;
        }
        if (!space.owns(address)) {
            // It may be in a unit of which only the ledger of a PV knows that is away.
            int position = ExtentAddress.position(address);
            if (pages.pvs().has(position)) {
                pages.pvs().at(position).file().reach();
            }
            errors.add(says(what, address) + ", which is not the LU's");
            return false;
        }
        if (!space.claim(address)) {
            errors.add(says(what, address) + ", which is mapped twice");
            return false;
        }
        allExtents++;
        return true;
    }

    private String says(String what, long address) {
        return "LU " + pages.lu() + ": " + what + " is mapped to extent " + ExtentAddress.extent(address)
                + " of PV number " + ExtentAddress.position(address);
    }
}
