package org.serai.storage.extent;

import java.io.IOException;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** A PV of an open pool. One object as long as the pool is open, although what is known of the PV changes. */
final class Pv {
    private final UUID id;
    private final int position;
    private final BlockFile file;
    private volatile Superblock superblock;

    Pv(BlockFile file, Superblock superblock) {
        this.id = superblock.pv();
        this.position = superblock.position();
        this.file = file;
        this.superblock = superblock;
    }

    UUID id() {
        return id;
    }

    /** Its place in the pool, as addresses have it; no other PV of the pool ever had it. */
    int position() {
        return position;
    }

    BlockFile file() {
        return file;
    }

    Superblock superblock() {
        return superblock;
    }

    Geometry geometry() {
        return superblock().geometry();
    }

    /** Where an extent of this PV begins. */
    long offset(long extent) {
        return geometry().extentOffset(extent);
    }

    /**
     * Which life of the PV this is: rises when it comes back after it was away. Taken before something is written that
     * {@link #sync} is to make durable.
     */
    int incarnation() {
        return 1;
    }

    /**
     * Makes durable what was written in that life of the PV. Fails if the PV was away since: what no sync covered may be
     * lost, although each sync after the return succeeds.
     */
    void sync(int incarnation) throws IOException {
        if (incarnation != incarnation()) {
            throw new IOException("PV " + file.path() + " was away, and what was written to it before may be lost");
        }
        file.sync();
    }

    Ledger ledger() throws IOException {
        return Ledger.read(file, superblock);
    }

    /** Says an I/O error as it is: no space in the file system behind the PV, or a failed PV. */
    static SeraiException failed(String what, IOException e) {
        String cause = e.getMessage() == null ? e.toString() : e.getMessage();
        if (e instanceof PosixException posix && posix.noSpace()) {
            return StorageError.POOL_FULL.error(
                    what, "the file system that holds a PV has no space left: " + cause, "make room there", e);
        }
        return StorageError.IO_FAILED.error(
                what, cause, "see the system's log for errors of the device, and mend or replace the PV", e);
    }
}
