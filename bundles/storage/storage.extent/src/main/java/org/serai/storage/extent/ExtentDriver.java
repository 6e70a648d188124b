package org.serai.storage.extent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.PosixFiles;
import org.serai.storage.extent.map.LeafBudget;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvAwayException;
import org.serai.storage.extent.pv.PvFile;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.extent.space.Space;
import org.serai.storage.spi.Identifies;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pools on PVs that are files or block devices which all nodes reach. */
@Component(property = "storage.driver=extent")
public final class ExtentDriver implements StorageDriver, Identifies {
    private static final Logger LOG = LoggerFactory.getLogger(ExtentDriver.class);

    /** What was not written for so long is idle, and gets its checksums. */
    private static final long SETTLE_EVERY_MS = 5000;

    /** 34 MiB of maps, an eighth of the heap that a node begins with: of 1 TiB that is in use at once. */
    private static final int LEAVES = 8192;

    private final BlockFiles files;
    private final LongSupplier nanoTime;
    private final Background background;
    private final LeafBudget budget = new LeafBudget(LEAVES);

    /** A driver for the files and block devices of this host. */
    @Activate
    public ExtentDriver() {
        this(new PosixFiles());
    }

    /** A driver for other files. */
    public ExtentDriver(BlockFiles files) {
        this(files, System::nanoTime);
    }

    /** As above, with the time that says when a PV that is away is looked for. */
    public ExtentDriver(BlockFiles files, LongSupplier nanoTime) {
        this(files, nanoTime, Background.thread(SETTLE_EVERY_MS));
    }

    /** As above, with what writes checksums now and then. */
    public ExtentDriver(BlockFiles files, LongSupplier nanoTime, Background background) {
        this.files = files;
        this.nanoTime = nanoTime;
        this.background = background;
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        long extentBytes = Geometry.extentBytes(layout.extentBytes(), layout.checksum());
        List<PvTaking> takings = new ArrayList<>();
        boolean done = false;
        try {
            take(layout, extentBytes, takings);
            List<Pv> pvs = new ArrayList<>();
            for (int i = 0; i < takings.size(); i++) {
                Pv pv = new Pv(layout.pool(), layout.pvs().get(i), files, nanoTime, context.relay());
                pv.adopt(takings.get(i).file(), takings.get(i).superblock());
                pvs.add(pv);
            }
            ExtentPool pool = pool(layout, pvs, context);
            done = true;
            return pool;
        } finally {
            if (!done) {
                takings.forEach(PvTaking::undo);
            }
        }
    }

    @Override
    public void requireUsable(PoolLayout layout, PvLayout pv) {
        new PvTaking(files, pv)
                .require(
                        Geometry.extentBytes(layout.extentBytes(), layout.checksum()),
                        layout.checksum() == DataChecksum.CRC32C,
                        pv.position() == 0);
    }

    private void take(PoolLayout layout, long extentBytes, List<PvTaking> takings) {
        BitSet members = new BitSet();
        layout.pvs().forEach(pv -> members.set(pv.position()));
        PvTaking.Into into = new PvTaking.Into(
                layout.pool(), layout.name(), extentBytes, layout.checksum() == DataChecksum.CRC32C, members);
        for (PvLayout pv : layout.pvs()) {
            takings.add(new PvTaking(files, pv));
            takings.getLast().open(into, takings.size() == 1);
        }
        takings.forEach(PvTaking::format);
        // The first one last: it says which PVs there are.
        takings.reversed().forEach(PvTaking::ready);
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        List<PvLayout> byPosition = layout.pvs().stream()
                .sorted(Comparator.comparingInt(PvLayout::position))
                .toList();
        List<Pv> pvs = new ArrayList<>();
        boolean done = false;
        try {
            pvs.add(openFirst(layout, byPosition.getFirst(), context));
            BitSet members = pvs.getFirst().superblock().members();
            for (PvLayout pv : byPosition.subList(1, byPosition.size())) {
                if (members.get(pv.position())) {
                    pvs.add(openOther(layout, pv, context));
                }
            }
            ExtentPool pool = pool(layout, pvs, context);
            done = true;
            return pool;
        } finally {
            if (!done) {
                pvs.forEach(pv -> PvSet.closeAll(List.of(pv.file())));
            }
        }
    }

    private ExtentPool pool(PoolLayout layout, List<Pv> pvs, PoolContext context) {
        Function<PvLayout, Pv> making = pv -> new Pv(layout.pool(), pv, files, nanoTime, context.relay());
        PvSet set = new PvSet(layout.name(), pvs, context, making);
        Space space = new Space(layout.name(), set, context);
        return new ExtentPool(
                layout, set, space, new PvMembers(set, space, context, files, making), background, budget);
    }

    private Pv openFirst(PoolLayout layout, PvLayout first, PoolContext context) {
        Path path = Path.of(first.path());
        Pv pv = new Pv(layout.pool(), first, files, nanoTime, context.relay());
        BlockFile file = openFile(layout, path);
        boolean done = false;
        try {
            pv.verify(file);
            pv.adopt(file, pv.superblock());
            done = true;
        } catch (IOException e) {
            throw wrong(path, e.getMessage());
        } finally {
            if (!done) {
                PvSet.closeAll(List.of(file));
            }
        }
        if (pv.superblock().state() == Superblock.State.PREPARING) {
            throw wrong(path, "the making of the pool did not come to its end");
        }
        return pv;
    }

    private BlockFile openFile(PoolLayout layout, Path path) {
        try {
            return files.open(path);
        } catch (IOException e) {
            throw Pv.failed("Pool " + layout.name() + " cannot be opened", new PvAwayException(path, PvFile.said(e)));
        }
    }

    private Pv openOther(PoolLayout layout, PvLayout other, PoolContext context) {
        Pv pv = new Pv(layout.pool(), other, files, nanoTime, context.relay());
        try {
            pv.file().open();
        } catch (IOException e) {
            LOG.error("Pool {} is opened without one of its PVs: {}", layout.name(), e.getMessage());
        }
        return pv;
    }

    private static SeraiException wrong(Path path, String cause) {
        return StorageError.PV_WRONG.error(
                "PV " + path + " is not the one that the pool expects",
                cause,
                "see that the path leads to the same disk or file on every node");
    }

    @Override
    public Optional<PoolLayout> identify(List<String> paths) {
        List<PvLayout> pvs = new ArrayList<>();
        Optional<Superblock> first = Optional.empty();
        for (String path : paths) {
            Optional<Superblock> mark = mark(Path.of(path));
            if (mark.isEmpty() && first.isEmpty()) {
                return Optional.empty();
            }
            Superblock found = mark.orElseThrow(() -> wrong(Path.of(path), "it carries no superblock of a pool"));
            UUID pool = first.orElse(found).pool();
            if (!found.pool().equals(pool)) {
                throw wrong(
                        Path.of(path), "it belongs to pool " + found.poolName() + ", another one than the first PV");
            }
            first = first.or(() -> mark);
            pvs.add(new PvLayout(found.pv(), found.position(), path, OptionalLong.empty()));
        }
        return first.map(mark -> new PoolLayout(
                mark.pool(),
                mark.poolName(),
                pvs,
                mark.geometry().extentBytes(),
                mark.geometry().hasSums() ? DataChecksum.CRC32C : DataChecksum.NONE));
    }

    private Optional<Superblock> mark(Path path) {
        try (BlockFile file = files.open(path)) {
            return PvSetup.mark(file);
        } catch (IOException e) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + path + " cannot be read", PvFile.said(e), "see that the path leads to the PV", e);
        }
    }

    @Override
    public void destroy(PoolLayout layout) {
        for (PvLayout pv : layout.pvs()) {
            Path path = Path.of(pv.path());
            if (files.exists(path)) {
                PvSetup.letGo(files, path, mark -> mark.pool().equals(layout.pool()));
            }
        }
    }
}
