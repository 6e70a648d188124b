package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.ScsiTask;

/** Makes the PDUs that answer commands (RFC 7143, 11.4, 11.7, 11.8). Allocates nothing. */
final class Replies {
    private static final int FINAL = 0x80;
    private static final int OVERFLOW = 0x04;
    private static final int UNDERFLOW = 0x02;
    private static final int STATUS = 0x01;
    private static final int CHECK_CONDITION = 0x02;
    private static final int ILLEGAL_REQUEST = 0x05;
    private static final int ABORTED_COMMAND = 0x0B;
    private static final int FIXED_SENSE_BYTES = 18;

    private final PduWriter writer;
    private final Numbering numbering;
    private final Parameters parameters;

    /** MaxRecvDataSegmentLength of the initiator, which may declare another one at any time. */
    private int initiatorMaxDataBytes;

    private final ByteBuffer[] views = new ByteBuffer[PduWriter.maxReferred()];
    private ByteBuffer viewed = ByteBuffer.allocate(0);

    Replies(PduWriter writer, Numbering numbering, Parameters parameters) {
        this.writer = writer;
        this.numbering = numbering;
        this.parameters = parameters;
        this.initiatorMaxDataBytes = parameters.initiatorMaxDataBytes();
    }

    int initiatorMaxDataBytes() {
        return initiatorMaxDataBytes;
    }

    void initiatorMaxDataBytes(int bytes) {
        initiatorMaxDataBytes = bytes;
    }

    /** StatSN (taken), ExpCmdSN, MaxCmdSN at their common places. */
    void status(int at) {
        writer.buffer().putInt(at + 24, numbering.takeStatSn());
        window(at);
    }

    /** As {@link #status}, for a PDU that carries no status. */
    void noStatus(int at) {
        writer.buffer().putInt(at + 24, numbering.nextStatSn());
        window(at);
    }

    private void window(int at) {
        writer.buffer().putInt(at + 28, numbering.expCmdSn()).putInt(at + 32, numbering.maxCmdSn());
    }

    /** Whether the answer to a read of that length can be one PDU made in place. */
    boolean inPlace(int bytes) {
        return bytes <= PduWriter.MAX_IN_PLACE_BYTES
                && bytes <= initiatorMaxDataBytes
                && bytes <= parameters.maxBurstBytes();
    }

    /** Ends the PDU begun for a Data-In whose data has been put in place: it carries the status GOOD. */
    void dataInPlace(int at, int itt, ScsiTask task, int bytes, int expectedBytes) {
        int flags = FINAL | STATUS | residualFlags(task.transferLength(), expectedBytes);
        writer.buffer()
                .put(at + 1, (byte) flags)
                .putInt(at + 16, itt)
                .putInt(at + 20, Bhs.NO_TAG)
                .putInt(at + 44, residual(task.transferLength(), expectedBytes));
        status(at);
        writer.end(bytes);
    }

    /** Sends data from a buffer's beginning in as many Data-In as it takes, the last one with status GOOD. */
    void dataIn(int itt, ScsiTask task, ByteBuffer data, int expectedBytes) throws IOException {
        view(data);
        int total = data.position();
        int most = initiatorMaxDataBytes;
        int burst = parameters.maxBurstBytes();
        int sn = 0;
        for (int offset = 0; offset < total; ) {
            int length = Math.min(most, Math.min(total - offset, burst - offset % burst));
            boolean last = offset + length == total;
            int flags = last || (offset + length) % burst == 0 ? FINAL : 0;
            if (last) {
                flags |= STATUS | residualFlags(task.transferLength(), expectedBytes);
            }
            int at = writer.begin(Opcode.DATA_IN, flags, 0);
            writer.buffer()
                    .putInt(at + 16, itt)
                    .putInt(at + 20, Bhs.NO_TAG)
                    .putInt(at + 36, sn)
                    .putInt(at + 40, offset);
            if (last) {
                status(at);
                writer.buffer().putInt(at + 44, residual(task.transferLength(), expectedBytes));
            } else {
                window(at);
            }
            writer.endReferring(
                    views[sn % views.length].clear().position(offset).limit(offset + length));
            offset += length;
            sn++;
        }
        // the buffer is the next command's
        writer.flush();
    }

    private void view(ByteBuffer data) {
        if (viewed != data) {
            viewed = data;
            for (int i = 0; i < views.length; i++) {
                views[i] = data.duplicate();
            }
        }
    }

    /**
     * SCSI Response with the task's status and sense data.
     *
     * @param expDataSn how many Data-In or R2T were sent for the command
     */
    void response(int itt, ScsiTask task, int expectedBytes, int expDataSn) throws IOException {
        int sense = task.senseLength();
        int dataBytes = sense == 0 ? 0 : 2 + sense;
        int at = writer.begin(
                Opcode.SCSI_RESPONSE, FINAL | residualFlags(task.transferLength(), expectedBytes), dataBytes);
        writer.buffer()
                .put(at + 3, (byte) task.status())
                .putInt(at + 16, itt)
                .putInt(at + 36, expDataSn)
                .putInt(at + 44, residual(task.transferLength(), expectedBytes));
        if (sense > 0) {
            writer.data(dataBytes).putShort((short) sense).put(task.sense(), 0, sense);
        }
        status(at);
        writer.end(dataBytes);
    }

    /** A status without sense data that the transport gives by itself. */
    void bareStatus(int itt, ScsiTask task, int status, int expectedBytes) throws IOException {
        task.transferLength(0);
        task.finish(status, 0);
        response(itt, task, expectedBytes, 0);
    }

    /** CHECK CONDITION, ABORTED COMMAND: what went wrong in the transfer (RFC 7143, 11.4.7.2). */
    void aborted(int itt, ScsiTask task, int expectedBytes, int asc, int ascq) throws IOException {
        check(itt, task, expectedBytes, ABORTED_COMMAND, asc, ascq);
    }

    /** CHECK CONDITION, ILLEGAL REQUEST, INVALID MESSAGE ERROR: the task attribute is none that there is (SAM-5). */
    void unknownAttribute(int itt, ScsiTask task, int expectedBytes) throws IOException {
        check(itt, task, expectedBytes, ILLEGAL_REQUEST, 0x49, 0);
    }

    private void check(int itt, ScsiTask task, int expectedBytes, int key, int asc, int ascq) throws IOException {
        byte[] sense = task.sense();
        Arrays.fill(sense, 0, FIXED_SENSE_BYTES, (byte) 0);
        sense[0] = 0x70;
        sense[2] = (byte) key;
        sense[7] = FIXED_SENSE_BYTES - 8;
        sense[12] = (byte) asc;
        sense[13] = (byte) ascq;
        task.transferLength(0);
        task.finish(CHECK_CONDITION, FIXED_SENSE_BYTES);
        response(itt, task, expectedBytes, 0);
    }

    /** Ready To Transfer. */
    void r2t(WaitingCommand command, int transferTag, int offset, int length) throws IOException {
        int at = writer.begin(Opcode.R2T, FINAL, 0);
        writer.buffer()
                .putLong(at + 8, command.lun())
                .putInt(at + 16, command.itt())
                .putInt(at + 20, transferTag)
                .putInt(at + 36, command.takeR2tSn())
                .putInt(at + 40, offset)
                .putInt(at + 44, length);
        noStatus(at);
        writer.end(0);
    }

    private static int residualFlags(long transferLength, int expectedBytes) {
        long expected = Integer.toUnsignedLong(expectedBytes);
        return transferLength > expected ? OVERFLOW : transferLength < expected ? UNDERFLOW : 0;
    }

    private static int residual(long transferLength, int expectedBytes) {
        return (int) Math.min(Math.abs(transferLength - Integer.toUnsignedLong(expectedBytes)), 0xFFFF_FFFFL);
    }
}
