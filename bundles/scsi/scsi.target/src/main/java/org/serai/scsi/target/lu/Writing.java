package org.serai.scsi.target.lu;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntSupplier;
import org.serai.storage.OpenLu;

/** Changes the medium: many at once, but for what has to be alone. Allocates nothing. */
public final class Writing {
    private final OpenLu lu;
    private final StampedLock lock = new StampedLock();

    Writing(OpenLu lu) {
        this.lu = lu;
    }

    /** Writes beside other writes, but not within what runs {@link #alone}. */
    public void write(long offset, ByteBuffer from) {
        long stamp = lock.readLock();
        try {
            lu.write(offset, from);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Writes so that others, and a crash, leave all or nothing of it. */
    public void writeAtomically(long offset, ByteBuffer from) {
        long stamp = lock.writeLock();
        try {
            lu.writeAtomically(offset, from);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Gives blocks back, as {@link #write}. */
    public void discard(long lba, long blocks) {
        long stamp = lock.readLock();
        try {
            lu.discard(lba * DiskUnit.BLOCK_BYTES, blocks * DiskUnit.BLOCK_BYTES);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Makes blocks read as zero, as {@link #write}. */
    public void writeZeroes(long lba, long blocks, boolean giveBack) {
        long stamp = lock.readLock();
        try {
            lu.writeZeroes(lba * DiskUnit.BLOCK_BYTES, blocks * DiskUnit.BLOCK_BYTES, giveBack);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Runs work while nobody else writes the LU through this target. */
    public int alone(IntSupplier work) {
        long stamp = lock.writeLock();
        try {
            return work.getAsInt();
        } finally {
            lock.unlockWrite(stamp);
        }
    }
}
