package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;

/** Rejects PDUs (RFC 7143, 11.17). */
final class Rejects {
    static final int DATA_DIGEST_ERROR = 0x02;
    static final int SNACK_REJECT = 0x03;
    static final int PROTOCOL_ERROR = 0x04;
    static final int COMMAND_NOT_SUPPORTED = 0x05;
    static final int TASK_IN_PROGRESS = 0x07;
    static final int INVALID_PDU_FIELD = 0x09;

    private static final int FINAL = 0x80;

    private final PduWriter writer;
    private final Replies replies;
    private final byte[] header = new byte[Bhs.BYTES];

    Rejects(PduWriter writer, Replies replies) {
        this.writer = writer;
        this.replies = replies;
    }

    /** Sends the header back with the reason. */
    void reject(Bhs bhs, int reason) throws IOException {
        bhs.copy(0, header, 0, Bhs.BYTES);
        int at = writer.begin(Opcode.REJECT, FINAL, Bhs.BYTES);
        ByteBuffer data = writer.data(Bhs.BYTES);
        data.put(header);
        writer.buffer().put(at + 2, (byte) reason).putInt(at + 16, Bhs.NO_TAG);
        replies.status(at);
        writer.end(Bhs.BYTES);
    }
}
