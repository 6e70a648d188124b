package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;

/** The maps of an open LU's layers: finds them, reads them, and changes those of earlier states. */
final class Layers {
    private final LuCore core;

    Layers(LuCore core) {
        this.core = core;
    }

    /** The map of a layer: the one in use, or one that is read for the caller. */
    LayerMap mapOf(Layer layer) throws IOException {
        if (core.map.top().pages() == core.pages && core.map.top().number() == layer.number()) {
            return core.map.top();
        }
        for (Below below : core.map.below()) {
            if (below.map().pages() == core.pages && below.map().number() == layer.number()) {
                return below.map();
            }
        }
        return LayerMap.load(core.pages, layer, core.shape.mapExtents(layer.sizeBytes()), true);
    }

    /** What is below a layer, for a map with that layer as its top. */
    List<Below> below(LayerTable table, Layer top) throws IOException {
        List<Below> found = new ArrayList<>();
        List<Layer> down = table.downFrom(top);
        long limit = core.shape.extents(top.reachBytes());
        for (Layer layer : down.subList(1, down.size())) {
            found.add(new Below(mapOf(layer), limit));
            limit = Math.min(limit, core.shape.extents(layer.reachBytes()));
        }
        if (down.getLast().hasOrigin()) {
            for (Below origin : core.origins) {
                found.add(new Below(origin.map(), Math.min(limit, origin.extents())));
            }
        }
        return found;
    }

    /** What is done with a leaf's own entries. */
    interface EachLeaf {
        void accept(int leaf, long[] entries) throws IOException;
    }

    /** Goes through the leaves that a layer has itself. The entries are used again for the next one. */
    void forEachLeaf(LayerMap map, EachLeaf each) throws IOException {
        long[] entries = new long[Pages.LONGS];
        int inExtent = core.shape.leavesInMapExtent();
        for (int number = 0; number < map.mapExtents(); number++) {
            for (int i = 0; i < inExtent && map.mapExtent(number) != ExtentAddress.NONE; i++) {
                int leaf = number * inExtent + i;
                if (core.map.locked(() -> core.map.own(map, leaf, entries))) {
                    each.accept(leaf, entries);
                }
            }
        }
    }

    /** Adds all extents of a layer. */
    void addAll(LayerMap map, ExtentSet to) throws IOException {
        addMetadata(map, to);
        forEachLeaf(map, (_, entries) -> {
            for (long entry : entries) {
                if (ExtentAddress.given(entry) && !ExtentAddress.isOfLostMap(entry)) {
                    to.add(entry);
                }
            }
        });
    }

    /** Adds the directory and map extents of a layer. */
    void addMetadata(LayerMap map, ExtentSet to) {
        to.add(map.directoryExtent());
        for (int number = 0; number < map.mapExtents(); number++) {
            long address = map.mapExtent(number);
            if (address != ExtentAddress.NONE && !ExtentAddress.isOfLostMap(address)) {
                to.add(address);
            }
        }
    }

    /** Takes an extent for a directory that reads as zero, durably. */
    long newDirectory() throws IOException {
        // Whose LU it is not any more would zero what its successor has just used for something else.
        core.root.requireCurrent();
        long address = core.taking.take(true);
        boolean done = false;
        try {
            core.data.beginPages(address);
            core.flush.syncData();
            done = true;
        } finally {
            if (!done) {
                core.space.release(address);
            }
        }
        return address;
    }

    /** Sees to it that the map of an earlier state has a map extent for a leaf. */
    void needMapExtent(LayerMap map, int leaf) throws IOException {
        if (!map.hasLeaf(leaf)) {
            long address = newDirectory();
            setMapExtent(map, core.shape.mapExtentOf(leaf), address);
        }
    }

    /** Puts a map extent, whose content is durable, into the directory, durably. The map has nothing dirty. */
    void setMapExtent(LayerMap map, int number, long address) throws IOException {
        PvMarks marks = new PvMarks();
        ByteBuffer page = Pages.allocate(1);
        int directoryPage = number / Pages.LONGS;
        core.map.locked(() -> {
            map.mapExtent(number, address);
            map.copyDirectoryPage(directoryPage, page, 0);
            int copy = map.olderDirectoryCopy(directoryPage);
            long generation = map.nextDirectoryGeneration(directoryPage);
            map.writeDirectory(directoryPage, page, 0, copy, generation, core.root.epoch(), marks);
            map.directoryWritten(directoryPage, copy, generation);
            return map;
        });
        marks.sync(core.pages.pvs());
    }

    /** Writes a leaf of an earlier state, or of one whose entries nobody uses; durable after a sync of the marks. */
    void writeLeaf(LayerMap map, int leaf, long[] entries, PvMarks marks) throws IOException {
        ByteBuffer twin = Pages.allocate(2);
        ByteBuffer page = Pages.allocate(1);
        for (int i = 0; i < Pages.LONGS; i++) {
            page.putLong(Pages.HEAD + i * 8, entries[i]);
        }
        core.map.locked(() -> {
            LayerMap.Found found = map.read(leaf, twin);
            map.write(leaf, page, 0, 1 - found.copy(), found.generation() + 1, core.root.epoch(), marks);
            return map;
        });
    }
}
