package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LeafBudget;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.Space;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the roots of LUs and the maps of their layers on the PVs. */
public final class LuRoots {
    private static final Logger LOG = LoggerFactory.getLogger(LuRoots.class);
    /** Of a map that is only read, and of which nobody tells when it is used no more. */
    private static final int READ_ONLY_LEAVES = 512;

    private final PvSet pvs;
    private final Space space;
    private final LuShape shape;
    private final ByteBuffer peeked = Pages.allocate(LuRoot.PEEKED);
    private final IntPredicate gone;

    /** Roots in the space of a pool. */
    public LuRoots(PvSet pvs, Space space, LuShape shape) {
        this(pvs, space, shape, pvs::isLost);
    }

    /**
     * As above.
     *
     * @param gone which positions have no PV any more, or are taken to have none
     */
    public LuRoots(PvSet pvs, Space space, LuShape shape, IntPredicate gone) {
        this.pvs = pvs;
        this.space = space;
        this.shape = shape;
        this.gone = gone;
    }

    /** Where an LU's pages are found. */
    public LuPages pages(UUID lu) {
        return new LuPages(pvs, lu, shape, gone);
    }

    /** The root's extent of an LU that has these units; fails if it has none. */
    public long rootUnit(UUID lu, List<Ledger.Entry> units) {
        boolean rootless = units.isEmpty() || units.getFirst().sequence() > 0;
        if (rootless && pvs.isAnyLost()) {
            throw StorageError.DATA_DAMAGED.error(
                    "LU " + lu + " is lost",
                    "its beginning is in the pool no more: it was on a PV that was removed as lost",
                    "restore it from a copy: delete it, and make it anew");
        }
        if (rootless) {
            throw noSuchLu(lu, units.isEmpty() ? "the pool has nothing of it" : "its first unit is gone");
        }
        return rootOf(units.getFirst());
    }

    /** The first extent of a unit. */
    public long rootOf(Ledger.Entry unit) {
        int unitExtents = pvs.at(unit.position()).geometry().unitExtents();
        return ExtentAddress.of(unit.position(), (long) unit.unit() * unitExtents);
    }

    /** Reads a root; fails if it is damaged, or the LU is being deleted. */
    public LuRoot.Found root(UUID lu, long address) throws IOException {
        LuPages pages = pages(lu);
        LuRoot.Found found = LuRoot.read(pages, address);
        if (found.header().intactCopies() < 2) {
            LOG.warn(
                    "{} has one damaged copy; the other one is used",
                    pages.name(Pages.Kind.HEADER, 0, pages.pv(address).file(), pages.offset(address)));
        }
        if (found.header().state() == LuHeader.State.DELETED) {
            throw noSuchLu(lu, "it is being deleted");
        }
        return found;
    }

    /**
     * What an LU has. Of many LUs that is asked at once: so its header is looked for where it was when the ledger was last
     * looked at, and tells whether it still is there.
     */
    public LuRoot.Figures figures(UUID lu) throws IOException {
        Optional<Ledger.Entry> unit = space.rootOf(lu);
        if (unit.isPresent()) {
            synchronized (peeked) {
                Optional<LuRoot.Figures> found = LuRoot.peek(pages(lu), rootOf(unit.get()), peeked);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        return LuRoot.Figures.of(root(lu, rootUnit(lu, space.unitsWithRoot(lu))));
    }

    /** The layer of a snapshot; fails if there is none. */
    public static Layer snapshot(UUID lu, LuRoot.Found root, UUID snapshot) {
        return root.table()
                .snapshot(snapshot)
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + lu + " has no snapshot " + snapshot,
                        "it was dropped or never made",
                        "look at the LU's snapshots"));
    }

    /** A map that shows a layer. */
    public LuMap map(LayerTable table, Layer top, LuPages pages, int mapExtents, boolean strict) throws IOException {
        LeafBudget budget = new LeafBudget(READ_ONLY_LEAVES);
        return map(table, top, pages, mapExtents, origin(table, top), budget, strict);
    }

    /** As above, with what shows through the lowest layer, and the memory that there is. */
    public LuMap map(
            LayerTable table,
            Layer top,
            LuPages pages,
            int mapExtents,
            List<Below> origins,
            LeafBudget budget,
            boolean strict)
            throws IOException {
        List<Below> below = new ArrayList<>();
        List<Layer> down = table.downFrom(top);
        long limit = shape.extents(top.reachBytes());
        for (Layer layer : down.subList(1, down.size())) {
            LayerMap map = LayerMap.load(pages, layer, shape.mapExtents(layer.sizeBytes()), strict);
            below.add(new Below(map, limit));
            limit = Math.min(limit, shape.extents(layer.reachBytes()));
        }
        for (Below origin : origins) {
            below.add(new Below(origin.map(), Math.min(limit, origin.extents())));
        }
        // All that its map extents hold: a shrink that a crash ended may have left something anywhere behind the end.
        int leaves = Math.max(shape.leaves(top.sizeBytes()), mapExtents * shape.leavesInMapExtent());
        return new LuMap(shape, budget, LayerMap.load(pages, top, mapExtents, strict), below, leaves);
    }

    /** The layers of other LUs that show through the lowest layer under {@code top}. */
    public List<Below> origin(LayerTable table, Layer top) throws IOException {
        Layer lowest = table.downFrom(top).getLast();
        if (!lowest.hasOrigin()) {
            return List.of();
        }
        UUID lu = lowest.origin();
        LuRoot.Found found = root(lu, rootUnit(lu, space.unitsWithRoot(lu)));
        Layer layer = found.table()
                .byNumber(lowest.originLayer())
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + lu + " has no layer " + lowest.originLayer() + " any more",
                        "the snapshot that the clone shows was dropped while it was needed",
                        "restore the clone from a copy"));
        LuPages pages = pages(lu);
        List<Below> below = new ArrayList<>();
        long limit = Long.MAX_VALUE;
        for (Layer one : found.table().downFrom(layer)) {
            LayerMap map = LayerMap.load(pages, one, shape.mapExtents(one.sizeBytes()), found.clean());
            below.add(new Below(map, limit));
            limit = Math.min(limit, shape.extents(one.reachBytes()));
        }
        for (Below deeper : origin(found.table(), layer)) {
            below.add(new Below(deeper.map(), Math.min(limit, deeper.extents())));
        }
        return below;
    }

    /** Drops what this host's cache has of units and devices. */
    public void dropCaches(List<Ledger.Entry> units) throws IOException {
        for (Pv pv : pvs.all()) {
            pv.file().dropDeviceCache();
        }
        for (Ledger.Entry unit : units) {
            Pv pv = pvs.at(unit.position());
            long extent = (long) unit.unit() * pv.geometry().unitExtents();
            pv.file().dropCache(pv.offset(extent), pv.geometry().unitSpan());
        }
    }

    static SeraiException noSuchLu(UUID lu, String cause) {
        return StorageError.NO_SUCH_LU.error(
                "LU " + lu + " is not in the pool", cause, "look at lu:list and pool:check");
    }
}
