package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;
import org.serai.storage.spi.LuStore;

/** Moves everything of an open LU onto some PVs, extent by extent. Runs as long work; what is moved stays moved. */
final class Placing {
    private static final int AT_ONCE = 8;

    private final LuCore core;
    private final LuStore store;
    private final LuWriter writer;
    private final Reclaiming reclaiming;
    private final Layers layers;
    private final MetadataMoves metadata;
    private final long extentBytes;

    Placing(LuCore core, LuStore store, LuWriter writer, Reclaiming reclaiming) {
        this.core = core;
        this.store = store;
        this.writer = writer;
        this.reclaiming = reclaiming;
        this.layers = new Layers(core);
        this.metadata = new MetadataMoves(core);
        this.extentBytes = core.shape.extentBytes();
    }

    void run(Set<UUID> pvs, Set<UUID> needed, Progress progress) throws IOException {
        core.root.requireCurrent();
        Set<UUID> before = core.growth.placed();
        place(pvs);
        if (!needed.isEmpty() && isAnyElsewhere(needed)) {
            place(before);
            throw StorageError.SNAPSHOT_IN_USE.error(
                    "LU " + core.root.lu() + " cannot move",
                    "clones of its snapshots are in use on other nodes and read what would have to move",
                    "stop these, or flatten them, then move it");
        }
        reclaiming.findFree();
        long[] done = new long[1];
        for (Layer layer : core.root.table().layers()) {
            moveData(layer.number(), done, progress);
        }
        store.flush();
        metadata.run();
        reclaiming.run();
        reclaiming.giveBackUnits(false);
        long all = core.counts.owned.get() * extentBytes;
        progress.at(all, all);
    }

    private void place(Set<UUID> pvs) {
        core.growth.place(pvs);
        core.space.allow(core.growth::allows);
    }

    private boolean isAnyElsewhere(Set<UUID> needed) throws IOException {
        LayerTable table = core.root.table();
        ExtentSet all = new ExtentSet();
        for (Layer layer : table.layers()) {
            if (needed.contains(layer.id())) {
                for (Layer below : table.downFrom(layer)) {
                    layers.addAll(layers.mapOf(below), all);
                }
            }
        }
        boolean[] found = new boolean[1];
        all.forEach(address -> found[0] |= core.space.isElsewhere(address));
        return found[0];
    }

    private void moveData(int number, long[] done, Progress progress) throws IOException {
        boolean asTop;
        do {
            Layer layer = core.root.table().byNumber(number).orElseThrow();
            asTop = layer.state() == Layer.State.TOP;
            boolean top = asTop;
            LayerMap map = layers.mapOf(layer);
            layers.forEachLeaf(map, (leaf, entries) -> {
                List<Integer> slots = elsewhere(entries);
                for (int i = 0; i < Math.max(1, slots.size()); i += AT_ONCE) {
                    tell(done, progress);
                    List<Integer> some = slots.subList(i, Math.min(slots.size(), i + AT_ONCE));
                    if (top) {
                        moveOfTop(leaf, some);
                    } else if (!some.isEmpty()) {
                        moveBelow(map, leaf, entries, some);
                    }
                    done[0] += some.size();
                }
                done[0] += given(entries) - slots.size();
            });
            // A snapshot may have made the top an earlier state meanwhile: then the rest is moved as one.
        } while (asTop && core.root.table().top().number() != number);
    }

    private List<Integer> elsewhere(long[] entries) {
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < Pages.LONGS; i++) {
            if (ExtentAddress.given(entries[i]) && core.space.isElsewhere(entries[i])) {
                slots.add(i);
            }
        }
        return slots;
    }

    private static int given(long[] entries) {
        int count = 0;
        for (long entry : entries) {
            count += ExtentAddress.given(entry) ? 1 : 0;
        }
        return count;
    }

    private void tell(long[] done, Progress progress) {
        long total = Math.max(done[0], core.counts.owned.get()) * extentBytes;
        if (!progress.at(done[0] * extentBytes, total)) {
            throw StorageError.CANCELLED.error(
                    "Moving LU " + core.root.lu() + " was cancelled",
                    "somebody cancelled it",
                    "repeat it to move the rest");
        }
    }

    /** Extents that may be written meanwhile: their writers wait, each while its own extent is copied. */
    private void moveOfTop(int leaf, List<Integer> slots) throws IOException {
        List<Long> marked = new ArrayList<>();
        try {
            for (int slot : slots) {
                long extent = (long) leaf * Pages.LONGS + slot;
                long entry = core.map.find(extent);
                if (ExtentAddress.inPlace(entry)
                        && core.space.isElsewhere(entry)
                        && core.map.publish(extent, entry, entry | ExtentAddress.MOVING)) {
                    marked.add(extent);
                }
            }
            // From here on nobody writes them without the stripe's lock.
            core.gate.grace();
            for (long extent : marked) {
                moveMarked(extent);
            }
        } finally {
            for (long extent : marked) {
                writer.unmark(extent);
            }
        }
        if (core.map.dirtyLeaves() > LuWriter.DIRTY_LEAVES_AT_MOST) {
            store.flush();
        }
    }

    private void moveMarked(long extent) throws IOException {
        long stamp = core.gate.write();
        try {
            core.root.requireCurrent();
            writer.move(extent);
        } finally {
            core.gate.endWrite(stamp);
        }
    }

    /** Extents that nobody writes. */
    private void moveBelow(LayerMap map, int leaf, long[] entries, List<Integer> slots) throws IOException {
        core.structure.lock();
        try {
            long[] moved = entries.clone();
            ExtentSet taken = new ExtentSet();
            ExtentSet gone = new ExtentSet();
            boolean done = false;
            core.root.requireCurrent();
            try {
                for (int slot : slots) {
                    long address = core.taking.take(false);
                    taken.add(address);
                    writer.copy(address, entries[slot], ((long) leaf * Pages.LONGS + slot) * extentBytes);
                    moved[slot] = address;
                    gone.add(entries[slot]);
                }
                core.flush.syncData();
                core.root.requireCurrent();
                done = true;
            } finally {
                if (!done) {
                    core.space.release(taken);
                }
            }
            PvMarks marks = new PvMarks();
            layers.writeLeaf(map, leaf, moved, marks);
            marks.sync(core.pages.pvs());
            for (int slot : slots) {
                core.map.relink((long) leaf * Pages.LONGS + slot, entries[slot], moved[slot]);
                entries[slot] = moved[slot];
            }
            core.moved = true;
            core.freed.durable(gone);
        } finally {
            core.structure.unlock();
        }
    }
}
