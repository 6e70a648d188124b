package org.serai.storage.extent;

import java.io.IOException;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** An open PV of a pool. */
record Pv(BlockFile file, Superblock superblock) {
    Geometry geometry() {
        return superblock.geometry();
    }

    /** Where an extent of this PV begins. */
    long offset(long extent) {
        return superblock.geometry().extentOffset(extent);
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
