package org.serai.storage.extent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pools on PVs that are files or block devices which all nodes reach. */
@Component(property = "storage.driver=extent")
public final class ExtentDriver implements StorageDriver {
    private static final Logger LOG = LoggerFactory.getLogger(ExtentDriver.class);

    private final BlockFiles files;

    /** A driver for the files and block devices of this host. */
    @Activate
    public ExtentDriver() {
        this(new PosixFiles());
    }

    ExtentDriver(BlockFiles files) {
        this.files = files;
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        long extentBytes = Geometry.extentBytes(layout.extentBytes());
        Creation creation = new Creation(layout, extentBytes);
        boolean done = false;
        try {
            creation.run();
            done = true;
            return new ExtentPool(layout, creation.pvs, context);
        } finally {
            if (!done) {
                creation.undo();
            }
        }
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        List<Pv> pvs = new ArrayList<>();
        boolean done = false;
        try {
            for (PvLayout pv : layout.pvs()) {
                pvs.add(openPv(layout, pv));
            }
            done = true;
            return new ExtentPool(layout, pvs, context);
        } finally {
            if (!done) {
                closeAll(pvs.stream().map(Pv::file).toList());
            }
        }
    }

    private Pv openPv(PoolLayout layout, PvLayout pv) {
        BlockFile file = openFile(Path.of(pv.path()));
        boolean done = false;
        try {
            Superblock superblock =
                    Superblock.read(file).orElseThrow(() -> wrong(file, "it carries no superblock of a pool"));
            if (!superblock.pool().equals(layout.pool())) {
                throw wrong(file, "it belongs to pool " + superblock.poolName() + " (" + superblock.pool() + ")");
            }
            if (!superblock.pv().equals(pv.pv()) || superblock.position() != pv.position()) {
                throw wrong(file, "it is PV number " + superblock.position() + " of the pool, not " + pv.position());
            }
            if (file.sizeBytes() < superblock.geometry().sizeBytes()) {
                throw wrong(
                        file,
                        "it has " + file.sizeBytes() + " bytes, less than the "
                                + superblock.geometry().sizeBytes() + " that the pool uses");
            }
            done = true;
            return new Pv(file, superblock);
        } catch (IOException e) {
            throw Pv.failed("Opening PV " + pv.path() + " failed", e);
        } finally {
            if (!done) {
                closeAll(List.of(file));
            }
        }
    }

    private static SeraiException wrong(BlockFile file, String cause) {
        return StorageError.PV_WRONG.error(
                "PV " + file.path() + " is not the one that the pool expects",
                cause,
                "see that the path leads to the same disk or file on every node");
    }

    @Override
    public void destroy(PoolLayout layout) {
        for (PvLayout pv : layout.pvs()) {
            Path path = Path.of(pv.path());
            if (files.exists(path)) {
                destroyPv(layout, path);
            }
        }
    }

    private void destroyPv(PoolLayout layout, Path path) {
        boolean made = false;
        try (BlockFile file = openFile(path)) {
            Optional<Superblock> found = Superblock.read(file);
            if (found.isPresent() && found.get().pool().equals(layout.pool())) {
                PvSetup.erase(file, found.get().geometry());
                made = found.get().made();
            }
        } catch (IOException e) {
            throw Pv.failed("Erasing PV " + path + " failed", e);
        }
        if (made) {
            PvSetup.deleteFile(files, path);
        }
    }

    private BlockFile openFile(Path path) {
        try {
            return files.open(path);
        } catch (IOException e) {
            throw PvSetup.unusable(path, e);
        }
    }

    static void closeAll(List<BlockFile> files) {
        for (BlockFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("PV {} could not be closed: {}", file.path(), e.getMessage());
            }
        }
    }

    /** The making of a pool, with what must be undone if it fails. */
    private final class Creation {
        private final PoolLayout layout;
        private final long extentBytes;
        private final List<Path> made = new ArrayList<>();
        private final List<BlockFile> opened = new ArrayList<>();
        private final List<Pv> pvs = new ArrayList<>();
        private int formatted;

        Creation(PoolLayout layout, long extentBytes) {
            this.layout = layout;
            this.extentBytes = extentBytes;
        }

        void run() {
            for (PvLayout pv : layout.pvs()) {
                take(pv);
            }
            for (Pv pv : pvs) {
                formatted++;
                try {
                    PvSetup.format(pv.file(), pv.superblock());
                    pv.superblock().write(pv.file());
                } catch (IOException e) {
                    throw Pv.failed("Formatting PV " + pv.file().path() + " failed", e);
                }
            }
        }

        private void take(PvLayout pv) {
            Path path = Path.of(pv.path());
            boolean isMade = PvSetup.makeFile(files, pv);
            if (isMade) {
                made.add(path);
            }
            PvSetup.requireUnused(files, path);
            BlockFile file = openFile(path);
            opened.add(file);
            boolean first = pvs.isEmpty();
            try {
                PvSetup.requireFree(file, pv, extentBytes, first);
                Geometry geometry = Geometry.of(file.sizeBytes(), extentBytes, first);
                pvs.add(new Pv(
                        file, new Superblock(layout.pool(), layout.name(), pv.pv(), pv.position(), isMade, geometry)));
            } catch (IOException e) {
                throw PvSetup.unusable(path, e);
            }
        }

        void undo() {
            for (Pv pv : pvs.subList(0, formatted)) {
                try {
                    PvSetup.erase(pv.file(), pv.geometry());
                } catch (IOException e) {
                    LOG.error(
                            "PV {} could not be erased after a failed creation: {}",
                            pv.file().path(),
                            e.getMessage());
                }
            }
            closeAll(opened);
            made.forEach(path -> PvSetup.deleteFile(files, path));
        }
    }
}
