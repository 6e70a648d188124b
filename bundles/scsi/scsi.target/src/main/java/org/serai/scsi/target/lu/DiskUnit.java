package org.serai.scsi.target.lu;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntSupplier;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.storage.OpenLu;

/** A logical unit: an LU as a disk, and the state that all its nexuses see. */
public final class DiskUnit {
    /** The logical block. */
    public static final int BLOCK_BYTES = OpenLu.BLOCK_BYTES;

    private final Disk disk;
    private final StampedLock writing = new StampedLock();
    private volatile boolean stopped;

    /** A disk, started. */
    public DiskUnit(Disk disk) {
        this.disk = disk;
    }

    /** What is exported. */
    public Disk disk() {
        return disk;
    }

    /** The storage below. */
    public OpenLu lu() {
        return disk.lu();
    }

    /** Writes beside other writes, but not within what runs {@link #alone}. */
    public void write(long offset, ByteBuffer from) {
        long stamp = writing.readLock();
        try {
            disk.lu().write(offset, from);
        } finally {
            writing.unlockRead(stamp);
        }
    }

    /** Gives blocks back, as {@link #write}. */
    public void discard(long lba, long blocks) {
        long stamp = writing.readLock();
        try {
            disk.lu().discard(lba * BLOCK_BYTES, blocks * BLOCK_BYTES);
        } finally {
            writing.unlockRead(stamp);
        }
    }

    /** Makes blocks read as zero, as {@link #write}. */
    public void writeZeroes(long lba, long blocks, boolean giveBack) {
        long stamp = writing.readLock();
        try {
            disk.lu().writeZeroes(lba * BLOCK_BYTES, blocks * BLOCK_BYTES, giveBack);
        } finally {
            writing.unlockRead(stamp);
        }
    }

    /** Runs work while nobody else writes the LU through this target. */
    public int alone(IntSupplier work) {
        long stamp = writing.writeLock();
        try {
            return work.getAsInt();
        } finally {
            writing.unlockWrite(stamp);
        }
    }

    /** How many logical blocks there are. */
    public long blocks() {
        return disk.lu().sizeBytes() / BLOCK_BYTES;
    }

    /** Whether START STOP UNIT stopped it. */
    public boolean stopped() {
        return stopped;
    }

    /** Stops or starts it. */
    public void stopped(boolean now) {
        stopped = now;
    }
}
