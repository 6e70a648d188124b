package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.PageMemory;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.Signatures;
import org.serai.storage.extent.pv.Sizes;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.extent.space.ChangePage;
import org.serai.storage.extent.space.LedgerPages;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** Takes a PV into a pool, and gives it back. */
final class PvSetup {
    private PvSetup() {}

    /** Makes the PV's file if it is to be made; whether it was. */
    static boolean makeFile(BlockFiles files, PvLayout pv) {
        Path path = Path.of(pv.path());
        if (files.exists(path)) {
            return false;
        }
        if (pv.createBytes().isEmpty()) {
            throw missing(pv);
        }
        try {
            files.make(path, pv.createBytes().getAsLong());
            return true;
        } catch (IOException e) {
            deleteFile(files, path);
            throw unusable(path, e);
        }
    }

    /** Fails unless the PV's file is to be made, and will be large enough. */
    static void requireMakeable(PvLayout pv, long smallest) {
        long sizeBytes = pv.createBytes().orElseThrow(() -> missing(pv));
        if (sizeBytes < smallest) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + pv.path() + " cannot be used",
                    "it is to be a file of " + Sizes.human(sizeBytes) + ", which is too small",
                    "give it at least " + Sizes.human(smallest));
        }
    }

    private static SeraiException missing(PvLayout pv) {
        return StorageError.PV_UNUSABLE.error(
                "PV " + pv.path() + " cannot be used", "it does not exist", "give PATH:SIZE to have a file made");
    }

    static void deleteFile(BlockFiles files, Path path) {
        try {
            files.delete(path);
        } catch (IOException e) {
            throw StorageError.IO_FAILED.error(
                    "File " + path + " of a pool cannot be removed", e.toString(), "remove it by hand", e);
        }
    }

    /** Fails if the path is of a kind that is no PV. */
    static void requireKind(BlockFiles files, Path path) {
        files.oddity(path).ifPresent(kind -> {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + path + " cannot be used",
                    "it is " + kind,
                    "give a block device, a file, or PATH:SIZE for a file that is to be made");
        });
    }

    /** Fails unless it is large enough; before that nothing of it is read. */
    private static void requireSize(BlockFile file, long smallest) throws IOException {
        if (file.sizeBytes() < smallest) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + file.path() + " cannot be used",
                    "it is a " + (file.isDevice() ? "device" : "file") + " of " + Sizes.human(file.sizeBytes())
                            + ", which is too small",
                    "give one of at least " + Sizes.human(smallest) + " (" + smallest
                            + " bytes), or PATH:SIZE for a file that is to be made");
        }
    }

    /** Whose mark a PV carries, if it is large enough for one. */
    static Optional<Superblock> mark(BlockFile file) throws IOException {
        return file.sizeBytes() < 2L * Pages.BYTES ? Optional.empty() : Superblock.read(file);
    }

    /** Fails if the path is a block device that is mounted or in use otherwise. */
    static void requireUnused(BlockFiles files, Path path) {
        try {
            files.requireUnused(path);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /** Fails unless the PV is nobody's and large enough. Its lock is held until the file is closed. */
    static void requireFree(BlockFile file, PvLayout pv, long smallest, long headBytes) throws IOException {
        requireUnmarked(file);
        if (!file.tryLock()) {
            throw inUse(file.path(), "it is being taken into a pool just now, or it is listed twice");
        }
        requireSize(file, smallest);
        if (pv.createBytes().isPresent() && file.sizeBytes() != pv.createBytes().getAsLong()) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + file.path() + " cannot be used",
                    "it is there already with " + Sizes.human(file.sizeBytes()) + ", not "
                            + Sizes.human(pv.createBytes().getAsLong()),
                    "give the path without a size, or another path");
        }
        requireUnmarked(file);
        Optional<String> found = Signatures.look(file, headBytes);
        if (found.isPresent()) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + file.path() + " cannot be used",
                    "it holds " + found.get(),
                    "if nobody needs that, erase the first " + Sizes.human(Math.max(headBytes, Signatures.LOOK_BYTES))
                            + " and the last MiB, and try again");
        }
    }

    /** Whether a mark is of a PV that left that pool without being erased. */
    static boolean isStale(Superblock mark, UUID pool, BitSet members) {
        return mark.pool().equals(pool) && !members.get(mark.position());
    }

    /** The error for a PV that came back after it was given up. */
    static SeraiException stale(Path path, Superblock mark) {
        return StorageError.PV_STALE.error(
                "PV " + path + " is stale",
                "it was PV number " + mark.position() + " of pool " + mark.poolName() + ", and was removed as lost",
                "if nobody needs what is on it, pv:add --wipe erases it and takes it anew");
    }

    /** Erases a PV that left the pool; one that belongs to somebody is left alone. */
    static void eraseStale(BlockFiles files, Path path, Superblock first) {
        try (BlockFile file = files.open(path)) {
            Optional<Superblock> found = mark(file);
            if (found.isPresent() && isStale(found.get(), first.pool(), first.members())) {
                erase(file, found.get().geometry());
            }
        } catch (IOException e) {
            throw Pv.failed("Erasing PV " + path + " failed", e);
        }
    }

    private static void requireUnmarked(BlockFile file) throws IOException {
        Optional<Superblock> other = mark(file);
        if (other.isPresent()) {
            throw inUse(
                    file.path(),
                    "it belongs to pool " + other.get().poolName() + " ("
                            + other.get().pool() + ")");
        }
    }

    /** Writes everything but the superblock, which makes the PV take part. */
    static void format(BlockFile file, Superblock superblock) throws IOException {
        eraseLeases(file, superblock.geometry());
        LedgerPages.format(file, superblock, 0);
        ChangePage changes = ChangePage.first(superblock.generation() + 1);
        for (int copy = 0; copy < 2; copy++) {
            changes = changes.end();
            changes.write(file, superblock, 0);
        }
        file.sync();
    }

    /** Erases what {@link #format} and the superblock wrote; the superblock first, which frees the PV. */
    static void erase(BlockFile file, Geometry geometry) throws IOException {
        eraseRange(file, 0, 2L * Pages.BYTES);
        file.sync();
        eraseRange(file, 0, Math.max(Signatures.LOOK_BYTES, geometry.dataOffset()));
        file.giveBack(0, geometry.dataOffset());
        file.sync();
    }

    /** Erases a PV that carries the expected mark, and removes its file if it was made for the pool. */
    static void letGo(BlockFiles files, Path path, Predicate<Superblock> mine) {
        boolean made = false;
        try (BlockFile file = files.open(path)) {
            Optional<Superblock> found = mark(file);
            if (found.isPresent() && mine.test(found.get())) {
                erase(file, found.get().geometry());
                eraseOwnData(file);
                made = found.get().made();
            }
        } catch (IOException e) {
            throw Pv.failed("Erasing PV " + path + " failed", e);
        }
        if (made) {
            deleteFile(files, path);
        }
    }

    /** Erases what the next pool would look at, whatever its extents: all of it was this pool's. */
    private static void eraseOwnData(BlockFile file) throws IOException {
        long end = Geometry.longestHead(file.sizeBytes());
        for (long at = 0; at < end; at += Signatures.LOOK_BYTES) {
            long length = Math.min(Signatures.LOOK_BYTES, end - at);
            if (!Signatures.isBlank(file, at, length)) {
                eraseRange(file, at, length);
            }
        }
        file.sync();
    }

    private static void eraseLeases(BlockFile file, Geometry geometry) throws IOException {
        eraseRange(file, geometry.leaseOffset(), (long) geometry.leaseSlots() * Pages.BYTES);
    }

    private static void eraseRange(BlockFile file, long offset, long length) throws IOException {
        ByteBuffer zeros = PageMemory.zeros();
        for (long done = 0; done < length; ) {
            int n = (int) Math.min(zeros.capacity(), length - done);
            file.writePages(zeros.duplicate().limit(n), offset + done);
            done += n;
        }
    }

    static SeraiException inUse(Path path, String cause) {
        return StorageError.PV_IN_USE.error(
                "PV " + path + " is in use", cause, "choose another PV, or delete that pool first");
    }

    static SeraiException unusable(Path path, IOException e) {
        return StorageError.PV_UNUSABLE.error(
                "PV " + path + " cannot be used",
                e.getMessage() == null ? e.toString() : e.getMessage(),
                "see that the path is a file or block device that this node may write",
                e);
    }
}
