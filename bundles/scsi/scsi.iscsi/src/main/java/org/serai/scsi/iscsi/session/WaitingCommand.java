package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.spi.ScsiTask;

/**
 * A place for a command that waits for data-out, or for the end of task management; used again for command after command.
 * Its data comes burst by burst, in the order of the offsets (DataSequenceInOrder); some bursts may have been asked for
 * before the one is there.
 */
final class WaitingCommand {
    private final byte[] cdb = new byte[ScsiTask.CDB_BYTES];

    /** The bursts that were asked for and have not begun, as a ring. */
    private final int[] tags;

    private final int[] ends;
    private int first;
    private int outstanding;

    private volatile boolean used;
    private volatile int itt;
    private volatile long lun;
    private int expectedBytes;
    private ByteBuffer data;

    private int asked;
    private int dataSn;
    private int r2tSn;
    private boolean damaged;
    private int room;
    private boolean held;
    private boolean aborted;
    private long arrival;

    WaitingCommand(int maxOutstandingR2T) {
        tags = new int[maxOutstandingR2T];
        ends = new int[maxOutstandingR2T];
    }

    void start(int newItt, long newLun, byte[] newCdb, int newExpectedBytes, int newRoom, ByteBuffer newData) {
        itt = newItt;
        lun = newLun;
        System.arraycopy(newCdb, 0, cdb, 0, cdb.length);
        expectedBytes = newExpectedBytes;
        data = newData;
        first = 0;
        outstanding = 0;
        asked = 0;
        dataSn = 0;
        r2tSn = 0;
        damaged = false;
        room = newRoom;
        aborted = false;
        used = true;
    }

    /** Whether it is behind a task management function, and when it came. */
    void hold(boolean now, long when) {
        held = now;
        arrival = when;
    }

    /** It is not to be executed; what was asked for is awaited all the same. */
    void abort() {
        aborted = true;
    }

    /** Whether the initiator was asked for data that has not come. */
    boolean isOwedData() {
        return outstanding > 0 && tags[first] != Bhs.NO_TAG;
    }

    /** Whether nothing is owed any more, now that data has come; an initiator may send less than it was asked for. */
    boolean isPaidBy(int transferTag, boolean last) {
        if (last && transferTag == transferTag()) {
            first = (first + 1) % tags.length;
            outstanding--;
        }
        return outstanding == 0;
    }

    /** A burst that goes up to that offset is awaited, {@link Bhs#NO_TAG} for the unsolicited one. */
    void expect(int transferTag, int end) {
        int at = (first + outstanding++) % tags.length;
        tags[at] = transferTag;
        ends[at] = end;
        asked = end;
    }

    /** Whether a further burst is to be asked for now. */
    boolean asksMore() {
        // what is unsolicited may end before its time, so that nothing is known of what follows
        boolean unsolicited = outstanding > 0 && tags[first] == Bhs.NO_TAG;
        return asked < data.limit() && outstanding < tags.length && !unsolicited;
    }

    /**
     * A burst is through.
     *
     * @param immediate whether it was what came with the command, which nobody awaited
     */
    void burstDone(boolean immediate) {
        if (!immediate) {
            first = (first + 1) % tags.length;
            outstanding--;
        }
        dataSn = 0;
        if (outstanding == 0) {
            asked = data.position();
        }
    }

    ByteBuffer free() {
        ByteBuffer buffer = data;
        used = false;
        data = null;
        return buffer;
    }

    boolean isHeld() {
        return held;
    }

    boolean isAborted() {
        return aborted;
    }

    /** Where it is in the order of those that came to wait. */
    long arrival() {
        return arrival;
    }

    /** How much data-in the initiator takes. */
    int room() {
        return room;
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

    /** Up to where data has been asked for. */
    int asked() {
        return asked;
    }

    /** The tag of the burst that is under way; 0 if none was asked for, which no burst has. */
    int transferTag() {
        return outstanding == 0 ? 0 : tags[first];
    }

    int burstEnd() {
        return outstanding == 0 ? data.position() : ends[first];
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
