package org.serai.storage.extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open pool. */
final class ExtentPool implements PoolStore, PvChanges, PoolMap {
    private static final Logger LOG = LoggerFactory.getLogger(ExtentPool.class);
    private static final int CACHE_LEAVES = 512;

    private final PvSet pvs;
    private final Space space;
    private final PvMembers members;
    private final ExtentLeases leases;
    private final long extentBytes;
    private final CopyBuffers buffers = new CopyBuffers();
    private final Map<UUID, ExtentLu> open = new HashMap<>();

    ExtentPool(PoolLayout layout, PvSet pvs, Space space, PvMembers members) {
        this.pvs = pvs;
        this.space = space;
        this.members = members;
        this.leases = new ExtentLeases(layout.pool(), pvs.first());
        this.extentBytes = pvs.first().geometry().extentBytes();
    }

    @Override
    public LeaseArea leaseArea() {
        return leases;
    }

    @Override
    public Usage usage() {
        return space.usage(extentBytes);
    }

    @Override
    public List<PvUsage> pvs() {
        return space.pvUsage();
    }

    @Override
    public void createLu(LuLayout made, long epoch) {
        UUID lu = made.lu();
        long sizeBytes = made.sizeBytes();
        boolean thick = made.thick();
        LuShape shape = LuShape.of(sizeBytes, extentBytes);
        Placement where = space.placement(made.pvs());
        if (thick && shape.extents() * extentBytes > space.usableBytes(where)) {
            throw space.full(where);
        }
        space.exclusively("Making an LU", () -> {
            if (!space.unitsOf(lu).isEmpty()) {
                throw StorageError.LU_EXISTS.error(
                        "LU " + lu + " is in the pool already", "it was made before", "delete it first");
            }
            return space.take(new Space.Demand(lu, 1, epoch, where, false), units -> {
                LuPages pages = pages(lu, shape, units.getFirst());
                Pv pv = pages.rootPv();
                pv.file().zero(pages.rootOffset(), extentBytes, true);
                LuHeader first = LuHeader.fresh(lu, sizeBytes, thick, epoch).next(epoch - 1, LuHeader.State.CLEAN);
                first.write(pv.file(), pages.rootOffset());
                first.next(epoch - 1, LuHeader.State.CLEAN).write(pv.file(), pages.rootOffset());
                pv.file().sync();
            });
        });
        if (thick) {
            fill(lu, epoch, where);
        }
    }

    private void fill(UUID lu, long epoch, Placement where) {
        boolean done = false;
        try {
            ExtentLu store = openAs(lu, epoch - 1, epoch, where);
            space.quietly("Filling a thick LU", () -> {
                store.fill();
                return store;
            });
            store.close();
            done = true;
        } finally {
            if (!done) {
                deleteLu(lu, epoch);
            }
        }
    }

    @Override
    public void deleteLu(UUID lu, long epoch) {
        forget(lu);
        space.exclusively("Deleting an LU", () -> {
            List<Ledger.Entry> units = space.unitsOf(lu);
            if (!units.isEmpty() && units.getFirst().sequence() <= 0) {
                retire(lu, units.getFirst(), epoch);
            }
            space.release(lu, epoch);
            return units;
        });
    }

    /** Makes whoever still has the LU open find out before its units are somebody else's. */
    private void retire(UUID lu, Ledger.Entry rootUnit, long epoch) throws IOException {
        LuPages pages = pages(lu, new LuShape(extentBytes, extentBytes), rootUnit);
        BlockFile file = pages.rootPv().file();
        Optional<LuHeader> header = LuHeader.read(file, pages.rootOffset(), lu);
        if (header.isPresent()) {
            if (epoch < header.get().epoch()) {
                throw stale(lu, epoch, header.get().epoch());
            }
            header.get().next(epoch, LuHeader.State.DELETED).write(file, pages.rootOffset());
            file.sync();
        }
    }

    @Override
    public LuUsage luUsage(UUID lu) {
        return space.quietly("Reading an LU's header", () -> {
            // Where the root was when the ledger was last looked at, the header tells whether it still is.
            Optional<LuHeader> header = space.rootOf(lu).flatMap(root -> headerAt(lu, root));
            LuHeader found = header.isPresent() ? header.get() : header(lu, rootUnit(lu, space.unitsOf(lu)));
            long used = found.usedExtents() * extentBytes;
            return new LuUsage(found.sizeBytes(), used, used, 0);
        });
    }

    private Optional<LuHeader> headerAt(UUID lu, Ledger.Entry root) {
        LuPages pages = pages(lu, new LuShape(extentBytes, extentBytes), root);
        return space.quietly(
                "Reading an LU's header",
                () -> LuHeader.read(pages.rootPv().file(), pages.rootOffset(), lu)
                        .filter(header -> header.state() != LuHeader.State.DELETED));
    }

    @Override
    public List<UUID> lus() {
        return space.lus();
    }

    @Override
    public LuStore openLu(UUID lu, OpenMode mode) {
        return openAs(lu, mode.epoch(), mode.epoch(), space.placement(mode.pvs()));
    }

    /** Opens under a lower limit than the epoch to be written: for the maker, who opens before the first holder. */
    private ExtentLu openAs(UUID lu, long epoch, long ledgerEpoch, Placement where) {
        forget(lu);
        ExtentLu store = space.quietly("Opening LU " + lu, () -> {
            List<Ledger.Entry> units = space.unitsOf(lu);
            Ledger.Entry rootUnit = rootUnit(lu, units);
            LuHeader found = header(lu, rootUnit);
            boolean making = epoch < ledgerEpoch;
            if (making ? epoch < found.epoch() : epoch <= found.epoch()) {
                throw stale(lu, epoch, found.epoch());
            }
            LuPages pages = pages(lu, LuShape.of(found.sizeBytes(), extentBytes), rootUnit);
            // Before anything is read: from here on the earlier holder's metadata writes are refused.
            LuHeader mine = found.next(epoch, LuHeader.State.OPEN);
            mine.write(pages.rootPv().file(), pages.rootOffset());
            pages.rootPv().file().sync();
            dropCaches(units);
            return load(pages, units, found, mine, new Units(pages, mine, ledgerEpoch, where));
        });
        synchronized (open) {
            open.put(lu, store);
        }
        return store;
    }

    private ExtentLu load(LuPages pages, List<Ledger.Entry> units, LuHeader found, LuHeader mine, Units growth)
            throws IOException {
        LuSpace luSpace = new LuSpace(pvs, units);
        boolean clean = found.state() == LuHeader.State.CLEAN && found.intactCopies() == 2;
        luSpace.resume(clean ? found.cursorUnit() : 0, clean ? found.cursorExtent() : 1);
        LuScan scan = clean ? LuScan.directory(pages, luSpace) : LuScan.recover(pages, luSpace);
        long usedExtents = clean ? found.usedExtents() : scan.dataExtents();
        if (!clean) {
            LOG.info(
                    "LU {} was not closed in order: {} extents found, {} torn pages mended",
                    pages.lu(),
                    usedExtents,
                    scan.tornPages().size());
        }
        LuMap map = new LuMap(pages, CACHE_LEAVES, scan);
        PvMarks written = new PvMarks();
        AtomicLong used = new AtomicLong(usedExtents);
        LuFlush flush = new LuFlush(pages, luSpace, map, mine, written, used);
        ExtentData data = new PlainData(pvs, extentBytes, written, buffers);
        return new ExtentLu(pages, luSpace, map, flush, data, used, growth);
    }

    /** Takes units for an open LU. */
    private final class Units implements ExtentLu.Growth {
        private final LuPages pages;
        private final LuHeader mine;
        private final long epoch;
        private final Placement where;

        private Units(LuPages pages, LuHeader mine, long epoch, Placement where) {
            this.pages = pages;
            this.mine = mine;
            this.epoch = epoch;
            this.where = where;
        }

        @Override
        public List<Ledger.Entry> take(int wanted, int sequence) {
            return space.exclusively(
                    "Giving space to LU " + pages.lu(),
                    () -> space.take(
                            new Space.Demand(pages.lu(), wanted, epoch, where, false),
                            _ -> requireHolder(pages, mine)));
        }

        @Override
        public int fillPermille() {
            return where.fillPermille();
        }
    }

    private void requireHolder(LuPages pages, LuHeader mine) throws IOException {
        long epoch = LuHeader.read(pages.rootPv().file(), pages.rootOffset(), pages.lu())
                .map(LuHeader::epoch)
                .orElse(Long.MAX_VALUE);
        if (epoch != mine.epoch()) {
            throw stale(pages.lu(), mine.epoch(), epoch);
        }
    }

    private void dropCaches(List<Ledger.Entry> units) throws IOException {
        for (Pv pv : pvs.all()) {
            pv.file().dropDeviceCache();
        }
        for (Ledger.Entry unit : units) {
            Pv pv = pvs.at(unit.position());
            long extent = (long) unit.unit() * pv.geometry().unitExtents();
            pv.file().dropCache(pv.offset(extent), pv.geometry().unitBytes());
        }
    }

    private LuHeader header(UUID lu, Ledger.Entry rootUnit) throws IOException {
        LuPages pages = pages(lu, new LuShape(extentBytes, extentBytes), rootUnit);
        BlockFile file = pages.rootPv().file();
        LuHeader header = LuHeader.read(file, pages.rootOffset(), lu)
                .orElseThrow(() -> pages.damaged(pages.name(Pages.Kind.HEADER, 0, file, pages.rootOffset())));
        if (header.intactCopies() < 2) {
            LOG.warn(
                    "{} has one damaged copy; the other one is used",
                    pages.name(Pages.Kind.HEADER, 0, file, pages.rootOffset()));
        }
        if (header.state() == LuHeader.State.DELETED) {
            throw noSuchLu(lu, "it is being deleted");
        }
        return header;
    }

    private LuPages pages(UUID lu, LuShape shape, Ledger.Entry rootUnit) {
        Geometry geometry = pvs.at(rootUnit.position()).geometry();
        long root = ExtentAddress.of(rootUnit.position(), (long) rootUnit.unit() * geometry.unitExtents());
        return new LuPages(pvs, lu, shape, root);
    }

    private static Ledger.Entry rootUnit(UUID lu, List<Ledger.Entry> units) {
        if (units.isEmpty() || units.getFirst().sequence() > 0) {
            throw noSuchLu(lu, units.isEmpty() ? "the pool has nothing of it" : "its first unit is gone");
        }
        return units.getFirst();
    }

    private static SeraiException noSuchLu(UUID lu, String cause) {
        return StorageError.NO_SUCH_LU.error(
                "LU " + lu + " is not in the pool", cause, "look at lu:list and pool:check");
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

    @Override
    public void addPv(PoolLayout.PvLayout pv) {
        members.addPv(pv);
    }

    @Override
    public void growPv(UUID pv, long toBytes) {
        members.growPv(pv, toBytes);
    }

    @Override
    public void drainPv(UUID pv, boolean drain) {
        members.drainPv(pv, drain);
    }

    @Override
    public List<UUID> lusOn(UUID pv) {
        return members.lusOn(pv);
    }

    @Override
    public void removePv(UUID pv) {
        members.removePv(pv);
    }

    @Override
    public List<Part> parts(UUID pv) {
        return space.quietly("Reading the ledger", () -> {
            space.refresh();
            return space.parts(pvs.require(pv));
        });
    }

    @Override
    public PoolCheck check(Progress progress) {
        return new PoolChecker(pvs, space).check();
    }

    @Override
    public PoolCheck repair(Progress progress) {
        return check(progress);
    }

    @Override
    public void close() {
        List<ExtentLu> left;
        synchronized (open) {
            left = new ArrayList<>(open.values());
            open.clear();
        }
        try {
            left.forEach(ExtentLu::close);
        } finally {
            pvs.close();
        }
    }
}
