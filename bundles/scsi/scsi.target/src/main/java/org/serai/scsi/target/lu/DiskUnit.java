package org.serai.scsi.target.lu;

import org.serai.scsi.ExportSpec.Disk;
import org.serai.storage.OpenLu;

/** A logical unit: an LU as a disk, and the state that all its nexuses see. */
public final class DiskUnit {
    /** The logical block. */
    public static final int BLOCK_BYTES = OpenLu.BLOCK_BYTES;

    private final Disk disk;
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
