package org.serai.scsi.iscsi.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.TextKeys;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Targets;

/** Text requests (RFC 7143, 11.10): SendTargets, in as many responses as the initiator's data segments make of it. */
final class TextFlow {
    private static final int FINAL = 0x80;
    private static final int CONTINUE = 0x40;

    private final Targets targets;
    private final LoginResult login;
    private final String portal;
    private final PduReader reader;
    private final PduWriter writer;
    private final Replies replies;
    private final Rejects rejects;
    private byte[] text = {};
    private int sent;
    private int lastTag;

    TextFlow(
            Targets targets,
            LoginResult login,
            String portal,
            PduReader reader,
            PduWriter writer,
            Replies replies,
            Rejects rejects) {
        this.targets = targets;
        this.login = login;
        this.portal = portal;
        this.reader = reader;
        this.writer = writer;
        this.replies = replies;
        this.rejects = rejects;
    }

    void request(Bhs bhs) throws IOException {
        int tag = bhs.i32(20);
        if (bhs.flag(CONTINUE) || tag != Bhs.NO_TAG && (tag != lastTag || sent == text.length)) {
            rejects.reject(bhs, Rejects.INVALID_PDU_FIELD);
            return;
        }
        if (tag == Bhs.NO_TAG) {
            text = answer(TextKeys.parse(TextKeys.bytes(reader.data())));
            sent = 0;
        }
        int most = Math.min(login.parameters().initiatorMaxDataBytes(), PduWriter.MAX_IN_PLACE_BYTES);
        int length = Math.min(text.length - sent, most);
        boolean last = sent + length == text.length;
        lastTag = lastTag + 1 & Integer.MAX_VALUE;
        int at = writer.begin(Opcode.TEXT_RESPONSE, last ? FINAL : CONTINUE, length);
        writer.data(length).put(text, sent, length);
        writer.buffer().putInt(at + 16, bhs.itt()).putInt(at + 20, last ? Bhs.NO_TAG : lastTag);
        replies.status(at);
        writer.end(length);
        sent += length;
    }

    private byte[] answer(Map<String, String> keys) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        keys.forEach((key, value) -> {
            if (key.equals("SendTargets")) {
                sendTargets(value, answer);
            } else {
                TextKeys.put(answer, key, "NotUnderstood");
            }
        });
        return answer.toByteArray();
    }

    /** RFC 7143, appendix C: all targets in a discovery session, the session's own in a normal one. */
    private void sendTargets(String value, ByteArrayOutputStream answer) {
        List<String> visible = targets.visibleTo(login.initiator());
        Optional<String> own = login.target();
        visible.stream()
                .filter(target -> value.equals("All") || target.equals(value.isEmpty() ? own.orElse("") : value))
                .filter(target -> own.isEmpty() || own.get().equals(target))
                .forEach(target -> {
                    TextKeys.put(answer, "TargetName", target);
                    TextKeys.put(answer, "TargetAddress", portal + ",1");
                });
    }
}
