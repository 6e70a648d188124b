package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;

/**
 * Removes dropped layers of an open LU. One without children is freed; one with a single child gives it what it lacks,
 * and the rest is freed; one with more stays hidden until they are fewer. Runs as long work.
 */
final class Collecting {
    private static final int LEAVES_AT_ONCE = 64;

    private final LuCore core;
    private final Reclaiming reclaiming;
    private final Layers layers;

    Collecting(LuCore core, Reclaiming reclaiming) {
        this.core = core;
        this.reclaiming = reclaiming;
        this.layers = new Layers(core);
    }

    /** Drops a snapshot; nothing if it is not there. */
    void drop(UUID snapshot) throws IOException {
        core.structure.lock();
        try {
            LayerTable table = core.root.table();
            Optional<Layer> found = table.snapshot(snapshot);
            if (found.isPresent()) {
                core.root.write(table.with(found.get().withState(Layer.State.DROPPED, snapshot)));
            }
        } finally {
            core.structure.unlock();
        }
    }

    /**
     * Removes what can be removed.
     *
     * @param needed the snapshots that clones read; unknown if empty: then only what never was a snapshot
     */
    void run(Optional<Set<UUID>> needed) throws IOException {
        Optional<Layer> next = next(needed);
        if (next.isPresent()) {
            reclaiming.findFree();
        }
        while (next.isPresent()) {
            if (core.root.table().children(next.get()).isEmpty()) {
                free(next.get());
            } else {
                merge(next.get());
            }
            reclaiming.run();
            next = next(needed);
        }
    }

    private Optional<Layer> next(Optional<Set<UUID>> needed) {
        LayerTable table = core.root.table();
        Set<Integer> kept = new HashSet<>();
        needed.ifPresent(ids -> table.layers().stream()
                .filter(layer -> ids.contains(layer.id()))
                .forEach(layer -> table.downFrom(layer).forEach(below -> kept.add(below.number()))));
        List<Layer> gone = table.layers().stream()
                .filter(layer -> layer.state() == Layer.State.DROPPED || layer.state() == Layer.State.MERGING)
                .filter(layer -> !kept.contains(layer.number()))
                .filter(layer -> needed.isPresent()
                        || layer.id().equals(Layer.NO_ID)
                                && table.children(layer).isEmpty())
                .toList();
        Optional<Layer> halfDone = gone.stream()
                .filter(layer -> layer.state() == Layer.State.MERGING)
                .findFirst();
        // Its child may be dropped too, but not before it has what it is to take over.
        return halfDone.isPresent()
                ? halfDone
                : gone.stream()
                        .filter(layer -> table.children(layer).size() <= 1)
                        .filter(layer ->
                                table.children(layer).stream().noneMatch(child -> child.state() == Layer.State.MERGING))
                        .filter(layer -> table.byNumber(layer.parent())
                                .filter(parent -> parent.state() == Layer.State.MERGING)
                                .isEmpty())
                        .findFirst();
    }

    private void free(Layer layer) throws IOException {
        core.structure.lock();
        try {
            ExtentSet metadata = new ExtentSet();
            ExtentSet all = new ExtentSet();
            LayerMap map = layers.mapOf(layer);
            layers.addMetadata(map, metadata);
            layers.addAll(map, all);
            core.root.write(core.root.table().without(layer));
            core.counts.owned.addAndGet(metadata.size() - all.size());
            core.freed.durable(all);
        } finally {
            core.structure.unlock();
        }
    }

    private void merge(Layer parent) throws IOException {
        mark(parent);
        LayerMap from = layers.mapOf(parent);
        int inExtent = core.shape.leavesInMapExtent();
        for (int number = 0; number < from.mapExtents(); number++) {
            if (from.mapExtent(number) != ExtentAddress.NONE) {
                for (int i = 0; i < inExtent; i += LEAVES_AT_ONCE) {
                    int first = number * inExtent + i;
                    mergeLeaves(parent, from, first, first + Math.min(LEAVES_AT_ONCE, inExtent - i));
                }
            }
            reclaiming.run();
        }
        core.structure.lock();
        try {
            LayerTable table = core.root.table();
            Layer gone = table.byNumber(parent.number()).orElseThrow();
            Layer child = table.children(gone).getFirst();
            LayerTable without = table.with(child.without(gone)).without(gone);
            ExtentSet metadata = new ExtentSet();
            layers.addMetadata(from, metadata);
            core.root.write(without);
            core.map.below(layers.below(without, without.top()));
            core.freed.durable(metadata);
        } finally {
            core.structure.unlock();
        }
    }

    private void mark(Layer parent) throws IOException {
        core.structure.lock();
        try {
            LayerTable table = core.root.table();
            Layer now = table.byNumber(parent.number()).orElseThrow();
            if (now.state() != Layer.State.MERGING) {
                core.root.write(table.with(now.withState(Layer.State.MERGING, now.id())));
            }
        } finally {
            core.structure.unlock();
        }
    }

    private void mergeLeaves(Layer parent, LayerMap from, int first, int end) throws IOException {
        core.structure.lock();
        try {
            core.root.requireCurrent();
            Layer child = core.root.table().children(parent).getFirst();
            long reach = core.shape.extents(child.reachBytes());
            Map<Integer, long[]> found = new TreeMap<>();
            for (int leaf = first; leaf < end; leaf++) {
                int at = leaf;
                long[] entries = new long[Pages.LONGS];
                if (core.map.locked(() -> core.map.own(from, at, entries))) {
                    found.put(leaf, entries);
                    needMapExtent(child, leaf, entries, reach);
                }
            }
            takeOver(child, from, found, reach);
        } catch (SeraiException e) {
            throw e.code() == StorageError.POOL_FULL ? e : core.gate.refuse(e);
        } finally {
            core.structure.unlock();
        }
    }

    private void needMapExtent(Layer child, int leaf, long[] entries, long reach) throws IOException {
        if (anyShown(leaf, entries, reach)) {
            if (child.state() == Layer.State.TOP) {
                core.taking.needMapExtent((long) leaf * Pages.LONGS);
            } else {
                layers.needMapExtent(layers.mapOf(child), leaf);
            }
        }
    }

    /** First the child has what it takes over, durably, then the parent has nothing, then the rest is free. */
    private void takeOver(Layer child, LayerMap from, Map<Integer, long[]> found, long reach) throws IOException {
        ExtentSet rest = new ExtentSet();
        PvMarks marks = new PvMarks();
        LayerMap to = layers.mapOf(child);
        for (Map.Entry<Integer, long[]> leaf : found.entrySet()) {
            if (child.state() == Layer.State.TOP) {
                core.map.adopt(leaf.getKey(), leaf.getValue(), reach, rest);
            } else {
                takeOver(to, leaf.getKey(), leaf.getValue(), reach, rest, marks);
            }
        }
        if (child.state() == Layer.State.TOP) {
            core.flush.run();
        }
        marks.sync(core.pages.pvs());
        long[] nothing = new long[Pages.LONGS];
        core.map.locked(() -> {
            for (int leaf : found.keySet()) {
                if (!core.pages.isGone(from.mapExtent(core.shape.mapExtentOf(leaf)))) {
                    layers.writeLeaf(from, leaf, nothing, marks);
                }
            }
            return found;
        });
        marks.sync(core.pages.pvs());
        core.counts.owned.addAndGet(-rest.size());
        core.freed.durable(rest);
    }

    private static boolean anyShown(int leaf, long[] entries, long reach) {
        for (int i = 0; i < Pages.LONGS; i++) {
            if (entries[i] != ExtentAddress.NONE && (long) leaf * Pages.LONGS + i < reach) {
                return true;
            }
        }
        return false;
    }

    private void takeOver(LayerMap to, int leaf, long[] entries, long reach, ExtentSet rest, PvMarks marks)
            throws IOException {
        long[] has = new long[Pages.LONGS];
        boolean known = core.map.locked(() -> core.map.own(to, leaf, has));
        boolean changed = false;
        for (int i = 0; i < Pages.LONGS; i++) {
            boolean shown = (!known || has[i] == ExtentAddress.NONE) && (long) leaf * Pages.LONGS + i < reach;
            if (shown && entries[i] != ExtentAddress.NONE) {
                has[i] = entries[i];
                changed = true;
            } else if (ExtentAddress.given(entries[i]) && !ExtentAddress.isOfLostMap(entries[i])) {
                rest.add(entries[i]);
            }
        }
        if (changed) {
            layers.writeLeaf(to, leaf, has, marks);
        }
    }
}
