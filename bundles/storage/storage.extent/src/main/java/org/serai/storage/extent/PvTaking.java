package org.serai.storage.extent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The taking of one PV into a pool, with what must be undone if it fails. The PV is marked before anything else is
 * written to it, so that whoever finds it after a crash knows whose it was going to be: the taking is repeated, or the
 * pool's destruction erases it.
 */
final class PvTaking {
    private static final Logger LOG = LoggerFactory.getLogger(PvTaking.class);

    private final BlockFiles files;
    private final PvLayout pv;
    private final Path path;
    private BitSet members = new BitSet();
    private Optional<BlockFile> file = Optional.empty();
    private Optional<Superblock> mark = Optional.empty();
    private boolean made;
    private boolean repeated;
    private boolean marked;

    PvTaking(BlockFiles files, PvLayout pv) {
        this.files = files;
        this.pv = pv;
        this.path = Path.of(pv.path());
    }

    /** The pool that the PV is taken into. */
    record Into(UUID pool, String name, long extentBytes, boolean sums, BitSet members) {}

    /** Fails as {@link #open} would, and makes nothing. */
    void require(long extentBytes, boolean sums, boolean first) {
        long smallest = Geometry.smallestBytes(extentBytes, sums, first);
        if (!files.exists(path)) {
            PvSetup.requireMakeable(pv, smallest);
            return;
        }
        PvSetup.requireKind(files, path);
        try (BlockFile opened = files.open(path)) {
            PvSetup.requireUnused(files, path);
            PvSetup.requireFree(opened, pv, smallest, Geometry.headBytes(opened.sizeBytes(), extentBytes, sums, first));
        } catch (IOException e) {
            throw PvSetup.unusable(path, e);
        }
    }

    /** Opens the PV, makes its file if it is to be made, and fails unless it belongs to nobody or to this taking. */
    void open(Into pool, boolean first) {
        made = PvSetup.makeFile(files, pv);
        PvSetup.requireKind(files, path);
        try {
            BlockFile opened = files.open(path);
            file = Optional.of(opened);
            Optional<Superblock> carried = PvSetup.mark(opened);
            Optional<Superblock> found = carried.filter(
                    mine -> mine.pool().equals(pool.pool()) && mine.pv().equals(pv.pv()));
            if (found.isEmpty() && carried.isPresent() && PvSetup.isStale(carried.get(), pool.pool(), pool.members())) {
                throw PvSetup.stale(path, carried.get());
            }
            repeated = found.isPresent();
            members = pool.members();
            if (repeated) {
                made = found.get().made();
                mark = found;
                return;
            }
            PvSetup.requireUnused(files, path);
            PvSetup.requireFree(
                    opened,
                    pv,
                    Geometry.smallestBytes(pool.extentBytes(), pool.sums(), first),
                    Geometry.headBytes(opened.sizeBytes(), pool.extentBytes(), pool.sums(), first));
            Geometry geometry = Geometry.of(opened.sizeBytes(), pool.extentBytes(), pool.sums(), first);
            mark = Optional.of(new Superblock(
                    pool.pool(),
                    pool.name(),
                    pv.pv(),
                    pv.position(),
                    made,
                    Superblock.State.PREPARING,
                    1,
                    // All that is not zero fits into one sector, so that a crash cannot tear the mark.
                    new BitSet(),
                    geometry));
        } catch (IOException e) {
            throw PvSetup.unusable(path, e);
        }
    }

    /** Marks the PV and formats it; what was done before the call is repeated unless it is complete. */
    void format() {
        if (superblock().state() != Superblock.State.PREPARING) {
            return;
        }
        try {
            marked = true;
            superblock().write(file());
            PvSetup.format(file(), superblock());
        } catch (IOException e) {
            throw Pv.failed("Formatting PV " + path + " failed", e);
        }
    }

    /** Makes the PV take part, as far as it goes by itself. */
    void ready() {
        try {
            if (superblock().state() == Superblock.State.PREPARING) {
                Superblock ready = superblock()
                        .next(Superblock.State.READY, members, superblock().geometry());
                ready.write(file());
                mark = Optional.of(ready);
            } else if (superblock().intactCopies(file()) < 2) {
                superblock().write(file());
            }
            // From here on the mark keeps others away, and must be all that does: the PV may leave the pool again.
            file().unlock();
        } catch (IOException e) {
            throw Pv.failed("Formatting PV " + path + " failed", e);
        }
    }

    BlockFile file() {
        return file.orElseThrow();
    }

    Superblock superblock() {
        return mark.orElseThrow();
    }

    /** Leaves the PV as it was found; one that an earlier call had marked keeps its mark. */
    void undo() {
        if (marked && !repeated) {
            try {
                PvSetup.erase(file(), superblock().geometry());
            } catch (IOException e) {
                LOG.error("PV {} could not be erased after a failure: {}", path, e.getMessage());
            }
        }
        file.ifPresent(opened -> PvSet.closeAll(List.of(opened)));
        if (made && !repeated) {
            PvSetup.deleteFile(files, path);
        }
    }
}
