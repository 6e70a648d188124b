package org.serai.scsi.target.cdb;

import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/** What every command on a range of blocks refuses before it touches the medium. */
public final class BlockRange {
    private BlockRange() {}

    /** LOGICAL BLOCK ADDRESS OUT OF RANGE unless all of the range is within the unit (SBC-3). */
    public static void requireWithin(DiskUnit unit, long lba, long blocks) throws CheckCondition {
        if (!isWithin(unit, lba, blocks)) {
            throw CheckCondition.of(SenseCode.LBA_OUT_OF_RANGE);
        }
    }

    /** Whether all of the range is within the unit. */
    public static boolean isWithin(DiskUnit unit, long lba, long blocks) {
        long capacity = unit.blocks();
        return lba >= 0 && lba <= capacity && blocks <= capacity - lba;
    }

    /** INVALID FIELD IN CDB if it is more than MAXIMUM TRANSFER LENGTH (SBC-3), or asks for protection. */
    public static void requireTransferable(BlockCdb layout, byte[] cdb, long blocks) throws CheckCondition {
        if (layout.protect(cdb) != 0) {
            throw CheckCondition.invalidField(1, 7);
        }
        if (blocks > ScsiTask.MAX_TRANSFER_BYTES / DiskUnit.BLOCK_BYTES) {
            throw CheckCondition.invalidField(layout == BlockCdb.TEN ? 7 : layout == BlockCdb.TWELVE ? 6 : 10);
        }
    }
}
