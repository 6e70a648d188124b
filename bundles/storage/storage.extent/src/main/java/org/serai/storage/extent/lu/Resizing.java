package org.serai.storage.extent.lu;

import java.io.IOException;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.space.ExtentAddress;

/**
 * Changes the size of an open LU. The table says the size; what a shrink leaves behind the end in the top's map is taken
 * away afterwards, also after a crash. Runs as long work, with the structure held and changes standing still.
 */
final class Resizing {
    private final LuCore core;
    private final LuWriter writer;
    private final Layers layers;
    private final long extentBytes;

    Resizing(LuCore core, LuWriter writer) {
        this.core = core;
        this.writer = writer;
        this.layers = new Layers(core);
        this.extentBytes = core.shape.extentBytes();
    }

    /** Grows; a thick LU gets its space before the size is said. */
    void grow(long size) throws IOException {
        long before = core.sizeBytes();
        core.root.requireCurrent();
        room(size);
        if (core.root.thick()) {
            boolean done = false;
            try {
                for (long extent = before / extentBytes; extent < core.shape.extents(size); extent++) {
                    writer.fill(extent);
                    flushIfFull();
                }
                done = true;
            } finally {
                if (!done) {
                    cut(before);
                }
            }
        }
        core.flush.run();
        LayerTable table = core.root.table();
        core.root.write(table.with(table.top().withSize(size)));
        core.sizeBytes(size);
    }

    void shrink(long size) throws IOException {
        core.flush.run();
        LayerTable table = core.root.table();
        LayerTable changed = table.with(table.top().withSize(size));
        core.root.write(changed);
        core.sizeBytes(size);
        core.map.below(layers.below(changed, changed.top()));
        cut(size);
        if (changed.layers().size() > 1 || !core.origins.isEmpty()) {
            // Behind the end nothing shows through any more, which no entry of the map tells.
            core.counts.recount(core.map, core.pages);
        }
        core.flush.figures();
    }

    private void flushIfFull() throws IOException {
        if (core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST) {
            core.flush.run();
        }
    }

    private void room(long size) throws IOException {
        core.gate.alone(() -> core.map.resize(core.shape.mapExtents(size), core.shape.leaves(size)));
    }

    /** Takes away what the top has behind the end, so that it reads as zero if the LU grows again. */
    void cut(long size) throws IOException {
        core.root.requireCurrent();
        long end = core.shape.extents(size);
        int within = (int) (size % extentBytes);
        boolean longerBelow = core.root.table().layers().stream().anyMatch(layer -> layer.sizeBytes() > size)
                || !core.origins.isEmpty();
        long last = core.map.find(size / extentBytes);
        boolean own = !ExtentAddress.inherited(last);
        // Of what is lost nothing shows but that it is lost.
        boolean lost = ExtentAddress.given(last) && core.pages.isGone(last);
        // What is inherited ends in zeros unless it is from a state that was longer.
        if (within > 0 && !lost && (own || longerBelow)) {
            writer.zero(size, (int) (extentBytes - within), false, true, false, true);
        }
        for (long extent = end; extent < (long) core.map.leaves() * Pages.LONGS; extent++) {
            int leaf = (int) (extent / Pages.LONGS);
            if (!core.map.hasAny(leaf)) {
                extent = (long) (leaf + 1) * Pages.LONGS - 1;
            } else {
                writer.forget(extent);
                flushIfFull();
            }
        }
        core.flush.run();
        LayerMap top = core.map.top();
        for (int number = core.shape.mapExtents(size); number < top.mapExtents(); number++) {
            if (top.mapExtent(number) != ExtentAddress.NONE) {
                core.freed.add(top.mapExtent(number));
                core.map.setMapExtent(number, ExtentAddress.NONE);
            }
        }
        core.flush.run();
        room(size);
    }
}
