package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LeafBudget;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.spi.LuStore;

/** Makes a clone independent: its lowest layer gets what shows through from the origin. Runs as long work. */
final class Flattening {
    private final LuCore core;
    private final LuWriter writer;
    private final Layers layers;
    private final long extentBytes;
    private List<Below> seen = List.of();
    private LuMap origin;

    Flattening(LuCore core, LuWriter writer) {
        this.core = core;
        this.writer = writer;
        this.layers = new Layers(core);
        this.extentBytes = core.shape.extentBytes();
    }

    /** Only the origin's layers, as a map of their own: what is folded there is what has to be copied. */
    private void readOrigin(Layer lowest) {
        seen = core.origins;
        origin = new LuMap(
                core.shape,
                new LeafBudget(LeafBudget.LEAST),
                LayerMap.fresh(core.pages, lowest),
                core.origins,
                core.shape.leaves(lowest.sizeBytes()));
    }

    private Optional<Layer> lowest() {
        return core.root.table().layers().stream().filter(Layer::hasOrigin).findFirst();
    }

    void run(LuStore store, Progress progress) throws IOException {
        Optional<Layer> found = lowest();
        if (found.isEmpty()) {
            return;
        }
        Layer lowest = found.get();
        readOrigin(lowest);
        long extents = core.shape.extents(lowest.reachBytes());
        for (long extent = 0; extent < extents; extent++) {
            int leaf = (int) (extent / Pages.LONGS);
            if (!progress.at(extent * extentBytes, extents * extentBytes)) {
                throw StorageError.CANCELLED.error(
                        "Flattening LU " + core.root.lu() + " was cancelled",
                        "somebody cancelled it",
                        "repeat it to go on");
            }
            if (!origin.hasAny(leaf)) {
                extent = (long) (leaf + 1) * Pages.LONGS - 1;
            } else if (ExtentAddress.given(origin.find(extent))) {
                copy(store, lowest, extent);
            }
        }
        store.flush();
        detach();
        progress.at(extents * extentBytes, extents * extentBytes);
    }

    private void copy(LuStore store, Layer lowest, long extent) throws IOException {
        boolean top;
        core.structure.lock();
        try {
            top = core.root.table().top().number() == lowest.number();
            if (!top) {
                copyBelow(lowest, extent);
            }
        } finally {
            core.structure.unlock();
        }
        if (top && copyUp(store, extent)) {
            // A snapshot came between: the copy is above it, and the layer below still lacks it.
            core.structure.lock();
            try {
                if (core.root.table().top().number() != lowest.number()) {
                    copyBelow(lowest, extent);
                }
            } finally {
                core.structure.unlock();
            }
        }
    }

    private boolean copyUp(LuStore store, long extent) throws IOException {
        long stamp = core.gate.write();
        boolean full;
        try {
            core.root.requireCurrent();
            if (extent < core.shape.extents(core.sizeBytes())) {
                writer.copyUp(extent);
            }
            full = core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST;
        } finally {
            core.gate.endWrite(stamp);
        }
        if (full) {
            store.flush();
        }
        return true;
    }

    /** Into an earlier state, durably; what shows through it is found at the copy from then on. */
    private void copyBelow(Layer lowest, long extent) throws IOException {
        if (core.origins != seen) {
            readOrigin(lowest);
        }
        long source = ExtentAddress.plain(origin.find(extent));
        LayerMap map = layers.mapOf(lowest);
        int leaf = (int) (extent / Pages.LONGS);
        int slot = (int) (extent % Pages.LONGS);
        long[] entries = new long[Pages.LONGS];
        core.map.locked(() -> core.map.own(map, leaf, entries));
        if (entries[slot] != ExtentAddress.NONE) {
            return;
        }
        layers.needMapExtent(map, leaf);
        core.root.requireCurrent();
        long address = core.taking.take(false);
        boolean done = false;
        try {
            writer.copy(address, source, extent * extentBytes);
            core.flush.syncData();
            done = true;
        } finally {
            if (!done) {
                core.space.release(address);
            }
        }
        entries[slot] = address;
        PvMarks marks = new PvMarks();
        layers.writeLeaf(map, leaf, entries, marks);
        marks.sync(core.pages.pvs());
        core.counts.owned.incrementAndGet();
        core.map.relink(extent, source, address);
    }

    private void detach() throws IOException {
        core.structure.lock();
        try {
            LayerTable table = core.root.table();
            for (Layer layer : table.layers()) {
                Layer own = layer.hasOrigin() ? layer.withoutOrigin() : layer;
                table = table.with(own.withShown(own.shown(), 0));
            }
            core.root.write(table);
            core.origins = List.of();
            core.map.below(layers.below(table, table.top()));
            core.counts.foreign.set(0);
        } finally {
            core.structure.unlock();
        }
    }
}
