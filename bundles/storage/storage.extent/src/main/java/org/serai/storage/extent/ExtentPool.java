package org.serai.storage.extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open pool. */
final class ExtentPool implements PoolStore {
    private static final Logger LOG = LoggerFactory.getLogger(ExtentPool.class);
    private static final int CACHE_LEAVES = 512;

    private final PoolLayout layout;
    private final PvSet pvs;
    private final Space space;
    private final ExtentLeases leases;
    private final long extentBytes;
    private final CopyBuffers buffers = new CopyBuffers();
    private final Map<UUID, ExtentLu> open = new HashMap<>();

    ExtentPool(PoolLayout layout, List<Pv> pvs, PoolContext context) {
        this.layout = layout;
        this.pvs = new PvSet(layout.name(), pvs);
        this.space = new Space(layout.name(), this.pvs, context);
        this.leases = new ExtentLeases(layout.pool(), this.pvs.first());
        this.extentBytes = this.pvs.first().geometry().extentBytes();
    }

    @Override
    public LeaseArea leaseArea() {
        return leases;
    }

    @Override
    public Usage usage() {
        long size = 0;
        for (Pv pv : pvs.all()) {
            size += pv.geometry().units() * pv.geometry().unitBytes();
        }
        long used = space.all().stream()
                .mapToLong(entry -> pvs.at(entry.position()).geometry().unitBytes())
                .sum();
        return new Usage(extentBytes, size, used);
    }

    @Override
    public List<PvUsage> pvs() {
        List<PvUsage> found = new ArrayList<>();
        List<Ledger.Entry> all = space.all();
        for (Pv pv : pvs.all()) {
            Geometry geometry = pv.geometry();
            long units = all.stream()
                    .filter(entry -> entry.position() == pv.position())
                    .count();
            found.add(new PvUsage(
                    pv.id(),
                    geometry.sizeBytes(),
                    geometry.units() * geometry.unitBytes(),
                    units * geometry.unitBytes(),
                    true));
        }
        return found;
    }

    @Override
    public void createLu(LuLayout made, long epoch) {
        UUID lu = made.lu();
        long sizeBytes = made.sizeBytes();
        boolean thick = made.thick();
        LuShape shape = LuShape.of(sizeBytes, extentBytes);
        if (thick && shape.extents() * extentBytes > usage().sizeBytes()) {
            throw space.full();
        }
        space.exclusively("Making an LU", () -> {
            if (!space.unitsOf(lu).isEmpty()) {
                throw StorageError.LU_EXISTS.error(
                        "LU " + lu + " is in the pool already", "it was made before", "delete it first");
            }
            return space.take(lu, 1, 0, epoch, units -> {
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
            fill(lu, epoch);
        }
    }

    private void fill(UUID lu, long epoch) {
        boolean done = false;
        try {
            ExtentLu store = openAs(lu, epoch - 1, epoch);
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
            if (!units.isEmpty() && units.getFirst().sequence() == 0) {
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
        java.util.Optional<LuHeader> header = LuHeader.read(file, pages.rootOffset(), lu);
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
            Ledger.Entry rootUnit = rootUnit(lu, space.unitsOf(lu));
            LuHeader header = header(lu, rootUnit);
            long used = header.usedExtents() * extentBytes;
            return new LuUsage(header.sizeBytes(), used, used, 0);
        });
    }

    @Override
    public List<UUID> lus() {
        return space.all().stream().map(Ledger.Entry::lu).distinct().toList();
    }

    @Override
    public LuStore openLu(UUID lu, OpenMode mode) {
        return openAs(lu, mode.epoch(), mode.epoch());
    }

    /** Opens under a lower limit than the epoch to be written: for the maker, who opens before the first holder. */
    private ExtentLu openAs(UUID lu, long epoch, long ledgerEpoch) {
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
            return load(pages, units, found, mine, ledgerEpoch);
        });
        synchronized (open) {
            open.put(lu, store);
        }
        return store;
    }

    private ExtentLu load(LuPages pages, List<Ledger.Entry> units, LuHeader found, LuHeader mine, long epoch)
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
        return new ExtentLu(pages, luSpace, map, flush, data, used, new Units(pages, mine, epoch));
    }

    /** Takes units for an open LU. */
    private final class Units implements ExtentLu.Growth {
        private final LuPages pages;
        private final LuHeader mine;
        private final long epoch;

        private Units(LuPages pages, LuHeader mine, long epoch) {
            this.pages = pages;
            this.mine = mine;
            this.epoch = epoch;
        }

        @Override
        public List<Ledger.Entry> take(int wanted, int sequence) {
            return space.exclusively(
                    "Giving space to LU " + pages.lu(),
                    () -> space.take(pages.lu(), wanted, sequence, epoch, _ -> requireHolder(pages, mine)));
        }

        @Override
        public int fillPermille() {
            return space.fillPermille();
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
        if (units.isEmpty() || units.getFirst().sequence() != 0) {
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
            ExtentDriver.closeAll(pvs.all().stream().map(Pv::file).toList());
        }
    }
}
