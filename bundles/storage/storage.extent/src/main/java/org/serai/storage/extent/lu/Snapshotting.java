package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.spi.Snapshots;

/** Keeps earlier states of an open LU, and goes back to them. */
final class Snapshotting {
    private final LuCore core;
    private final Layers layers;

    Snapshotting(LuCore core) {
        this.core = core;
        this.layers = new Layers(core);
    }

    /** Keeps the LU as it is, while changes stand still. */
    void take(UUID snapshot) {
        core.structure.lock();
        try {
            core.change("Keeping a state of", () -> {
                seal(snapshot);
                return core;
            });
        } finally {
            core.structure.unlock();
        }
    }

    private void seal(UUID snapshot) throws IOException {
        LayerTable table = core.root.table();
        if (table.snapshot(snapshot).isPresent()) {
            return;
        }
        core.flush.run();
        Layer top = table.top();
        Layer sealed = top.withState(Layer.State.SNAPSHOT, snapshot)
                .withShown(core.counts.shown.get(), core.counts.foreign.get());
        LayerTable kept = table.with(sealed);
        Layer fresh = newTop(kept, sealed);
        core.root.write(kept.plus(fresh));
        core.map.seal(LayerMap.fresh(core.pages, fresh), core.shape.extents(sealed.sizeBytes()));
    }

    private Layer newTop(LayerTable table, Layer below) throws IOException {
        // Refused before anything is taken.
        table.requireRoom();
        return Layer.over(below, table.next(), layers.newDirectory(), below.shown(), below.foreign());
    }

    /**
     * Shows what a snapshot shows. What was shown before is a dropped state from then on, which nobody needs.
     *
     * @return the LU's size now
     */
    long rollback(UUID snapshot) throws IOException {
        core.flush.run();
        LayerTable table = core.root.table();
        Layer to = table.snapshot(snapshot)
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + core.root.lu() + " has no snapshot " + snapshot,
                        "it was dropped or never made",
                        "look at the LU's snapshots"));
        LayerTable dropped = table.with(table.top().withState(Layer.State.DROPPED, Layer.NO_ID));
        Layer fresh = newTop(dropped, to);
        LayerTable changed = dropped.plus(fresh);
        core.root.write(changed);
        core.map.replace(LayerMap.fresh(core.pages, fresh), layers.below(changed, fresh), fresh.sizeBytes());
        core.counts.shown.set(fresh.shown());
        core.counts.foreign.set(fresh.foreign());
        core.flush.figures();
        return fresh.sizeBytes();
    }

    /** The snapshots that are not dropped, oldest first, with what only they need. */
    List<Snapshots.SnapshotUsage> all() throws IOException {
        List<Snapshots.SnapshotUsage> found = new ArrayList<>();
        for (Layer layer : core.root.table().layers()) {
            if (layer.state() == Layer.State.SNAPSHOT) {
                found.add(new Snapshots.SnapshotUsage(
                        layer.id(), layer.sizeBytes(), ownExtents(layer) * core.shape.extentBytes()));
            }
        }
        return found;
    }

    /** Extents of a layer that none of its children shows: none of a child's descendants does either. */
    private long ownExtents(Layer layer) throws IOException {
        long[] count = new long[1];
        LayerTable table = core.root.table();
        List<Layer> children = table.children(layer);
        List<LayerMap> maps = new ArrayList<>();
        for (Layer child : children) {
            maps.add(layers.mapOf(child));
        }
        long[] above = new long[Pages.LONGS];
        layers.forEachLeaf(layers.mapOf(layer), (leaf, entries) -> {
            boolean[] seen = new boolean[Pages.LONGS];
            for (int i = 0; i < children.size(); i++) {
                LayerMap map = maps.get(i);
                long reach = core.shape.extents(children.get(i).reachBytes()) - (long) leaf * Pages.LONGS;
                boolean own = core.map.locked(() -> core.map.own(map, leaf, above));
                for (int slot = 0; slot < Math.min(Pages.LONGS, reach); slot++) {
                    seen[slot] |= !own || above[slot] == ExtentAddress.NONE;
                }
            }
            for (int slot = 0; slot < Pages.LONGS; slot++) {
                count[0] += ExtentAddress.given(entries[slot]) && !seen[slot] ? 1 : 0;
            }
        });
        return count[0];
    }
}
