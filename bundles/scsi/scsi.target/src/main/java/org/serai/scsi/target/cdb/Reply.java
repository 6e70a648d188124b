package org.serai.scsi.target.cdb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.serai.scsi.spi.ScsiTask;

/** Parameter data for the initiator, cut by ALLOCATION LENGTH (SPC-4) and by the room that there is. */
public final class Reply {
    private Reply() {}

    /** Sends all of the array. */
    public static void send(ScsiTask task, byte[] data, long allocationLength) {
        int length = (int) Math.min(data.length, allocationLength);
        task.transferLength(length);
        task.dataIn().put(data, 0, Math.min(length, task.dataIn().remaining()));
    }

    /** Sends what is in the buffer before its position. */
    public static void send(ScsiTask task, ByteBuffer data, long allocationLength) {
        send(task, Arrays.copyOf(data.array(), data.position()), allocationLength);
    }
}
