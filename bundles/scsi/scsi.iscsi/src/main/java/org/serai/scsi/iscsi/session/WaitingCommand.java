package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.spi.ScsiTask;

/** A place for a command that waits for data-out; used again for command after command. */
final class WaitingCommand {
    private final byte[] cdb = new byte[ScsiTask.CDB_BYTES];
    private boolean used;
    private int itt;
    private long lun;
    private int expectedBytes;
    private ByteBuffer data;

    /** The tag of the burst that is under way; {@link Bhs#NO_TAG} while it is the unsolicited one. */
    private int transferTag;

    private int burstEnd;
    private int dataSn;
    private int r2tSn;
    private boolean damaged;

    void start(int newItt, long newLun, byte[] newCdb, int newExpectedBytes, ByteBuffer newData) {
        used = true;
        itt = newItt;
        lun = newLun;
        System.arraycopy(newCdb, 0, cdb, 0, cdb.length);
        expectedBytes = newExpectedBytes;
        data = newData;
        r2tSn = 0;
        damaged = false;
        burst(Bhs.NO_TAG, 0);
    }

    /** A new burst begins, which ends at that offset. */
    void burst(int newTransferTag, int end) {
        transferTag = newTransferTag;
        burstEnd = end;
        dataSn = 0;
    }

    ByteBuffer free() {
        ByteBuffer buffer = data;
        used = false;
        data = null;
        return buffer;
    }

    boolean used() {
        return used;
    }

    int itt() {
        return itt;
    }

    long lun() {
        return lun;
    }

    byte[] cdb() {
        return cdb;
    }

    int expectedBytes() {
        return expectedBytes;
    }

    /** What has come: its position is how much. Its limit is how much is taken in all. */
    ByteBuffer data() {
        return data;
    }

    boolean complete() {
        return !data.hasRemaining();
    }

    int transferTag() {
        return transferTag;
    }

    int burstEnd() {
        return burstEnd;
    }

    int takeDataSn() {
        return dataSn++;
    }

    int takeR2tSn() {
        return r2tSn++;
    }

    int r2tCount() {
        return r2tSn;
    }

    boolean damaged() {
        return damaged;
    }

    void damage() {
        damaged = true;
    }
}
