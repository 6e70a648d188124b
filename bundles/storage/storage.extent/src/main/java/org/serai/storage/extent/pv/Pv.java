package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.BlockFiles;
import org.serai.storage.extent.io.PosixException;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvRelay;

/** A PV of an open pool. One object as long as the pool is open, although the PV may change, vanish and come back. */
public final class Pv implements PvFile.Identity {
    private final UUID pool;
    private final UUID id;
    private final int position;
    private final PvFile file;
    private volatile Optional<Superblock> superblock = Optional.empty();
    private volatile Membership membership = _ -> {};

    /** Looks whether a PV still is the pool's. */
    interface Membership {
        /** Fails unless it is. */
        void require(Pv pv) throws IOException;
    }

    /** A PV that is not opened yet. */
    public Pv(UUID pool, PvLayout layout, BlockFiles files, LongSupplier nanoTime, PvRelay relay) {
        this.pool = pool;
        this.id = layout.pv();
        this.position = layout.position();
        Path path = Path.of(layout.path());
        this.file = new PvFile(path, new PvWays(files, path, this, nanoTime, new PvWays.Around(relay, id)));
    }

    /** Takes over a file that is open and carries the PV. */
    public void adopt(BlockFile opened, Superblock read) {
        superblock = Optional.of(read);
        file.adopt(opened);
    }

    /** Its id, which its superblock has too. */
    public UUID id() {
        return id;
    }

    /** Its place in the pool, as addresses have it; no other PV of the pool ever had it. */
    public int position() {
        return position;
    }

    /** Where it lies. */
    public PvFile file() {
        return file;
    }

    /** Whether the PV was there at any time since the pool was opened. */
    public boolean isKnown() {
        return superblock.isPresent();
    }

    /** What the PV says of itself; {@link StorageError#PV_AWAY} if it was never seen. */
    public Superblock superblock() {
        Optional<Superblock> known = superblock;
        if (known.isEmpty()) {
            try {
                file.open();
            } catch (IOException e) {
                throw failed("PV number " + position + " cannot be used", e);
            }
            known = superblock;
        }
        return known.orElseThrow();
    }

    /** How it is laid out. */
    public Geometry geometry() {
        return superblock().geometry();
    }

    /** Where an extent of this PV begins. */
    public long offset(long extent) {
        return geometry().extentOffset(extent);
    }

    /** Reads the superblock anew, which another node has changed. */
    public void reload() throws IOException {
        verify(file);
    }

    /** Makes a new superblock durable. */
    public void write(Superblock next) throws IOException {
        next.write(file);
        superblock = Optional.of(next);
    }

    /** Who is asked before it is used again after it was away. */
    void memberOf(Membership asked) {
        membership = asked;
    }

    @Override
    public void mayReturn() throws IOException {
        membership.require(this);
    }

    @Override
    public void verify(BlockFile opened) throws IOException {
        Superblock found =
                Superblock.read(opened).orElseThrow(() -> new IOException("it carries no superblock of a pool"));
        if (!found.pool().equals(pool)) {
            throw new IOException("it belongs to pool " + found.poolName() + " (" + found.pool() + ")");
        }
        if (!found.pv().equals(id) || found.position() != position) {
            throw new IOException("it is PV number " + found.position() + " of the pool, not " + position);
        }
        long known = superblock.map(Superblock::generation).orElse(0L);
        if (found.generation() < known) {
            throw new IOException("it is an older copy of the PV");
        }
        if (opened.sizeBytes() < found.geometry().sizeBytes()) {
            throw new IOException("it has " + opened.sizeBytes() + " bytes, less than the "
                    + found.geometry().sizeBytes() + " that the pool uses");
        }
        if (found.generation() > known) {
            superblock = Optional.of(found);
        }
    }

    /**
     * Which life of the PV this is: rises when it comes back after it was away. Taken before something is written that
     * {@link #sync} is to make durable.
     */
    public int incarnation() {
        return file.incarnation();
    }

    /**
     * Makes durable what was written in that life of the PV. Fails if the PV was away since: what no sync covered may be
     * lost, although each sync after the return succeeds.
     */
    public void sync(int incarnation) throws IOException {
        if (incarnation != incarnation()) {
            throw new IOException("PV " + file.path() + " was away, and what was written to it before may be lost");
        }
        file.sync();
    }

    /** Says an I/O error as it is: a PV that is away, no space in the file system behind it, or a failed PV. */
    public static SeraiException failed(String what, IOException e) {
        String cause = e.getMessage() == null ? e.toString() : e.getMessage();
        if (e instanceof PvAwayException) {
            return StorageError.PV_AWAY.error(
                    what, cause, "see that the disk can be reached; it is used again as soon as it is back", e);
        }
        if (e instanceof PosixException posix && posix.noSpace()) {
            return StorageError.POOL_FULL.error(
                    what, "the file system that holds a PV has no space left: " + cause, "make room there", e);
        }
        return StorageError.IO_FAILED.error(
                what, cause, "see the system's log for errors of the device, and mend or replace the PV", e);
    }
}
