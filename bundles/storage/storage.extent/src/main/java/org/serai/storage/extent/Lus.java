package org.serai.storage.extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.check.LuScan;
import org.serai.storage.extent.data.Contents;
import org.serai.storage.extent.data.ExtentData;
import org.serai.storage.extent.lu.ExtentClone;
import org.serai.storage.extent.lu.ExtentLu;
import org.serai.storage.extent.lu.LuCore;
import org.serai.storage.extent.lu.LuCounts;
import org.serai.storage.extent.lu.LuHeader;
import org.serai.storage.extent.lu.LuReaders;
import org.serai.storage.extent.lu.LuRoot;
import org.serai.storage.extent.lu.LuRoots;
import org.serai.storage.extent.lu.LuSpace;
import org.serai.storage.extent.lu.LuUnits;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LeafBudget;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.Demand;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.Placement;
import org.serai.storage.extent.space.Space;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, opens and deletes the LUs of a pool. */
final class Lus {
    private static final Logger LOG = LoggerFactory.getLogger(Lus.class);

    private final PvSet pvs;
    private final Space space;
    private final LuShape shape;
    private final Contents contents;
    private final LeafBudget budget;
    private final Map<UUID, ExtentLu> open = new HashMap<>();
    private final LuRoots roots;
    private final LuReaders readers;

    Lus(PvSet pvs, Space space, long extentBytes, Contents contents, LeafBudget budget) {
        this.budget = budget;
        this.contents = contents;
        this.pvs = pvs;
        this.space = space;
        this.shape = new LuShape(extentBytes);
        this.roots = new LuRoots(pvs, space, shape);
        this.readers = new LuReaders(pvs, space, shape, roots, contents);
    }

    void create(LuLayout made, long epoch) {
        shape.requirePossible(made.sizeBytes());
        Placement where = space.placement(made.pvs());
        if (made.thick() && shape.extents(made.sizeBytes()) * shape.extentBytes() > space.usableBytes(where)) {
            throw space.full(where);
        }
        make(made, epoch, false, directory -> Layer.first(made.sizeBytes(), directory));
        if (made.thick()) {
            fill(made.lu(), made.pvs(), epoch);
        }
    }

    void createClone(LuLayout clone, UUID origin, UUID snapshot, long epoch) {
        shape.requirePossible(clone.sizeBytes());
        Layer shown = space.quietly(
                "Reading an LU's header",
                () -> LuRoots.snapshot(
                        origin, roots.root(origin, roots.rootUnit(origin, space.unitsOf(origin))), snapshot));
        if (clone.sizeBytes() < shown.sizeBytes()) {
            throw StorageError.BAD_SIZE.error(
                    "A clone of " + clone.sizeBytes() + " bytes cannot be had",
                    "the snapshot has " + shown.sizeBytes(),
                    "give the clone that size or more, and shrink it afterwards");
        }
        // Its metadata are all that it needs: those may come from the reserve.
        make(clone, epoch, true, directory -> Layer.cloned(shown, origin, clone.sizeBytes(), directory));
        if (clone.thick()) {
            fill(clone.lu(), clone.pvs(), epoch);
        }
    }

    LuReaders readers() {
        return readers;
    }

    /** What the first layer of a new LU is. */
    interface First {
        Layer layer(long directory);
    }

    private void make(LuLayout made, long epoch, boolean reserve, First first) {
        UUID lu = made.lu();
        space.exclusively("Making an LU", () -> {
            if (!space.unitsOfMade(made).isEmpty()) {
                throw StorageError.LU_EXISTS.error(
                        "LU " + lu + " is in the pool already", "it was made before", "delete it first");
            }
            Demand demand = new Demand(lu, 1, epoch, space.placement(made.pvs()), reserve);
            return space.take(demand, units -> {
                LuPages pages = roots.pages(lu);
                long root = roots.rootOf(units.getFirst());
                long directory = root + 1;
                Pv pv = pages.pv(root);
                int incarnation = pv.incarnation();
                pv.file().zero(pages.offset(root), shape.extentBytes(), true);
                pv.file().zero(pages.offset(directory), shape.extentBytes(), true);
                pv.sync(incarnation);
                Layer layer = first.layer(directory);
                LayerTable.of(layer).write(pv, pages.offset(root), lu, epoch - 1);
                LuHeader header =
                        LuHeader.fresh(lu, made.thick(), epoch, LuHeader.Counts.fresh(layer.shown(), layer.foreign()));
                for (int copy = 0; copy < 2; copy++) {
                    header = header.next(epoch - 1, LuHeader.State.CLEAN);
                    header.write(pv.file(), pages.offset(root));
                }
                pv.sync(incarnation);
            });
        });
    }

    /** Gives a new thick LU all its space, or deletes it. */
    private void fill(UUID lu, Set<UUID> from, long epoch) {
        boolean done = false;
        try {
            ExtentLu store = openAs(lu, new OpenMode(epoch - 1, from, false), epoch);
            space.quietly("Filling a thick LU", () -> {
                store.fill();
                return store;
            });
            store.close();
            done = true;
        } finally {
            if (!done) {
                delete(lu, epoch);
            }
        }
    }

    void delete(UUID lu, long epoch) {
        forget(lu);
        space.exclusively("Deleting an LU", () -> {
            List<Ledger.Entry> units = space.unitsOf(lu);
            if (!units.isEmpty() && units.getFirst().sequence() <= 0) {
                retire(lu, roots.rootOf(units.getFirst()), epoch);
            }
            space.release(lu, epoch);
            return units;
        });
    }

    /** Makes whoever still has the LU open find out before its units are somebody else's. */
    private void retire(UUID lu, long root, long epoch) throws IOException {
        LuPages pages = roots.pages(lu);
        Pv pv = pages.pv(root);
        Optional<LuHeader> header = LuHeader.read(pv.file(), pages.offset(root), lu);
        if (header.isPresent()) {
            if (epoch < header.get().epoch()) {
                throw stale(lu, epoch, header.get().epoch());
            }
            int incarnation = pv.incarnation();
            header.get().next(epoch, LuHeader.State.DELETED).write(pv.file(), pages.offset(root));
            pv.sync(incarnation);
        }
    }

    LuUsage usage(UUID lu) {
        return space.quietly("Reading an LU's header", () -> {
            LuRoot.Figures figures = roots.figures(lu);
            LuHeader.Counts counts = figures.counts();
            long bytes = shape.extentBytes();
            return new LuUsage(
                    figures.sizeBytes(),
                    counts.shown() * bytes,
                    counts.owned() * bytes,
                    (counts.owned() - (counts.shown() - counts.foreign())) * bytes);
        });
    }

    long epoch(UUID lu) {
        return space.quietly(
                "Reading an LU's header",
                () -> roots.root(lu, roots.rootUnit(lu, space.unitsWithRoot(lu)))
                        .header()
                        .epoch());
    }

    Set<UUID> origins(UUID lu) {
        return space.quietly("Reading an LU's header", () -> {
            Set<UUID> found = new HashSet<>();
            Optional<UUID> next = origin(lu);
            while (next.isPresent()) {
                found.add(next.get());
                next = space.unitsWithRoot(next.get()).isEmpty() ? Optional.empty() : origin(next.get());
            }
            return found;
        });
    }

    private Optional<UUID> origin(UUID lu) throws IOException {
        return roots.root(lu, roots.rootUnit(lu, space.unitsWithRoot(lu))).table().layers().stream()
                .filter(Layer::hasOrigin)
                .map(Layer::origin)
                .findFirst();
    }

    ExtentLu open(UUID lu, OpenMode mode) {
        return openAs(lu, mode, mode.epoch());
    }

    /** Opens under a lower limit than the epoch to be written: for the maker, who opens before the first holder. */
    private ExtentLu openAs(UUID lu, OpenMode mode, long ledgerEpoch) {
        forget(lu);
        long epoch = mode.epoch();
        ExtentLu store = space.quietly("Opening LU " + lu, () -> {
            List<Ledger.Entry> units = space.unitsWithRoot(lu);
            long address = roots.rootUnit(lu, units);
            LuRoot.Found found = roots.root(lu, address);
            boolean making = epoch < ledgerEpoch;
            long current = found.header().epoch();
            if (making ? epoch < current : epoch <= current) {
                throw stale(lu, epoch, current);
            }
            LuPages pages = roots.pages(lu);
            // Before anything is read: from here on the earlier holder's metadata writes are refused.
            LuHeader mine = found.header().next(epoch, LuHeader.State.OPEN);
            Pv pv = pages.pv(address);
            int incarnation = pv.incarnation();
            mine.write(pv.file(), pages.offset(address));
            pv.sync(incarnation);
            // What that one wrote while it still could is now all there is.
            LuRoot.Found last = roots.root(lu, address);
            List<Ledger.Entry> now = space.unitsWithRoot(lu);
            space.opened(lu);
            roots.dropCaches(now);
            LuRoot root = new LuRoot(pages, address, mine, last.table());
            return load(root, now, found, last.intactTables(), mode, ledgerEpoch);
        });
        synchronized (open) {
            open.put(lu, store);
        }
        if (store instanceof ExtentClone) {
            // What the origin's holder on this node has moved since the layers were read was told to others only.
            space.quietly("Opening LU " + lu, () -> {
                store.follow(table -> roots.origin(table, table.top()));
                return store;
            });
        }
        return store;
    }

    private ExtentLu load(
            LuRoot root,
            List<Ledger.Entry> units,
            LuRoot.Found found,
            int intactTables,
            OpenMode mode,
            long ledgerEpoch)
            throws IOException {
        LuPages pages = root.pages();
        LuSpace luSpace = new LuSpace(pvs, units);
        LuHeader.Counts counts = found.header().counts();
        Layer top = root.table().top();
        int mapExtents = shape.mapExtents(top.sizeBytes());
        long owned = counts.owned();
        boolean fewer = LuSpace.maybeFewer(pvs, units, counts.cursorSequence());
        if (found.clean() && (fewer || space.maybeMore(units))) {
            LuScan scan = LuScan.check(pages, root.address(), root.table(), luSpace, (_, _, _) -> {});
            if (!scan.errors().isEmpty()) {
                throw pages.damaged(scan.errors().getFirst());
            }
            luSpace.claimed();
            mapExtents = scan.topMapExtents();
            owned = fewer ? scan.dataExtents() : owned;
        } else if (found.clean()) {
            luSpace.resume(counts.cursorSequence(), counts.cursorExtent(), counts.freed());
        } else {
            if (intactTables < 2) {
                root.write(root.table());
            }
            LuScan scan = LuScan.recover(pages, root.address(), root.table(), luSpace, root.epoch());
            luSpace.claimed();
            mapExtents = scan.topMapExtents();
            owned = scan.dataExtents();
            LOG.info(
                    "LU {} was not closed in order: {} extents found, {} torn pages mended",
                    pages.lu(),
                    owned,
                    scan.tornPages().size());
        }
        LuCounts luCounts = new LuCounts(luSpace, counts.shown(), counts.foreign(), owned);
        List<Below> origins = roots.origin(root.table(), top);
        LuMap map = roots.map(root.table(), top, pages, mapExtents, origins, budget, true);
        PvMarks written = new PvMarks();
        ExtentData data = contents.of(pages.lu(), root.epoch(), written, luSpace::owns);
        LuUnits growth = new LuUnits(space, pvs, root, mode.pvs(), ledgerEpoch, this::follow);
        luSpace.allow(growth::allows);
        LuCore core = new LuCore(root, luSpace, map, origins, luCounts, written, data, growth);
        ExtentLu store = ExtentLu.of(core, mode.shared());
        if (!found.clean()) {
            store.recovered();
        }
        return store;
    }

    private static SeraiException stale(UUID lu, long epoch, long current) {
        return StorageError.STALE.error(
                "LU " + lu + " cannot be used under epoch " + epoch,
                "it was opened under epoch " + current,
                "take its lock anew");
    }

    /** Whoever has the LU open in this node under an earlier lock has it no more. */
    private void forget(UUID lu) {
        ExtentLu earlier;
        synchronized (open) {
            earlier = open.remove(lu);
        }
        if (earlier != null) {
            earlier.abandon();
        }
    }

    /** Clones and snapshots that are open on this node read an LU's layers where they are now. */
    private void follow(UUID lu) throws IOException {
        List<ExtentLu> stores;
        synchronized (open) {
            stores = open.values().stream().filter(store -> store.reads(lu)).toList();
        }
        for (ExtentLu store : stores) {
            store.follow(table -> roots.origin(table, table.top()));
        }
        readers.follow();
    }

    /** Writes checksums of what nobody writes just now. */
    void settle() {
        List<ExtentLu> stores;
        synchronized (open) {
            stores = List.copyOf(open.values());
        }
        stores.forEach(ExtentLu::settle);
    }

    void close() {
        List<ExtentLu> left;
        synchronized (open) {
            left = new ArrayList<>(open.values());
            open.clear();
        }
        left.forEach(ExtentLu::close);
    }
}
