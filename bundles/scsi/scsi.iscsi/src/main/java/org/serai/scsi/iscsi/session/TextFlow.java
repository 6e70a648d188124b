package org.serai.scsi.iscsi.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.Negotiable;
import org.serai.scsi.iscsi.login.TextKeys;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.pdu.ProtocolException;

/**
 * Text requests (RFC 7143, 11.10): SendTargets, and the little that can be declared after the login. A text comes in as
 * many requests as the initiator likes, up to a limit, and goes in as many responses as its data segments make of it.
 */
final class TextFlow {
    private static final int FINAL = 0x80;
    private static final int CONTINUE = 0x40;
    private static final int MAX_TEXT_BYTES = 32 * 1024;

    private final Discovery discovery;
    private final LoginResult login;
    private final PduReader reader;
    private final PduWriter writer;
    private final Replies replies;
    private final Rejects rejects;
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    private byte[] text = {};
    private int sent;

    /** The tag of the exchange that is under way; {@link Bhs#NO_TAG} if none is. */
    private int openTag = Bhs.NO_TAG;

    private int lastTag;

    TextFlow(Discovery discovery, LoginResult login, Wire wire, Replies replies, Rejects rejects) {
        this.discovery = discovery;
        this.login = login;
        this.reader = wire.reader();
        this.writer = wire.writer();
        this.replies = replies;
        this.rejects = rejects;
    }

    void request(Bhs bhs) throws IOException {
        int tag = bhs.i32(20);
        boolean continues = bhs.flag(CONTINUE);
        if (bhs.itt() == Bhs.NO_TAG || tag != Bhs.NO_TAG && tag != openTag || continues && bhs.flag(FINAL)) {
            rejects.reject(bhs, Rejects.INVALID_PDU_FIELD);
            return;
        }
        if (tag == Bhs.NO_TAG) {
            // whatever was under way is given up by the initiator
            forget();
        }
        if (sent < text.length) {
            respond(bhs);
            return;
        }
        asked.writeBytes(TextKeys.bytes(reader.data()));
        if (asked.size() > MAX_TEXT_BYTES) {
            forget();
            rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
            return;
        }
        if (continues) {
            respondEmpty(bhs);
            return;
        }
        byte[] complete = asked.toByteArray();
        asked.reset();
        try {
            text = answer(TextKeys.parse(complete));
            sent = 0;
        } catch (ProtocolException e) {
            forget();
            rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
            return;
        }
        respond(bhs);
    }

    private void forget() {
        asked.reset();
        text = new byte[0];
        sent = 0;
        openTag = Bhs.NO_TAG;
    }

    /** Asks for the rest of a text (RFC 7143, 6.2). */
    private void respondEmpty(Bhs bhs) throws IOException {
        openTag();
        int at = writer.begin(Opcode.TEXT_RESPONSE, 0, 0);
        writer.buffer().putInt(at + 16, bhs.itt()).putInt(at + 20, openTag);
        replies.status(at);
        writer.end(0);
    }

    private void openTag() {
        lastTag = lastTag % Integer.MAX_VALUE + 1;
        openTag = lastTag;
    }

    private void respond(Bhs bhs) throws IOException {
        int most = Math.min(replies.initiatorMaxDataBytes(), writer.maxInPlaceBytes());
        int length = Math.min(text.length - sent, most);
        boolean last = sent + length == text.length;
        // an initiator that has more to say is not told that this is the end
        boolean end = last && bhs.flag(FINAL);
        if (end) {
            openTag = Bhs.NO_TAG;
        } else {
            openTag();
        }
        int at = writer.begin(Opcode.TEXT_RESPONSE, end ? FINAL : last ? 0 : CONTINUE, length);
        writer.data(length).put(text, sent, length);
        writer.buffer().putInt(at + 16, bhs.itt()).putInt(at + 20, openTag);
        replies.status(at);
        writer.end(length);
        sent += length;
    }

    private byte[] answer(Map<String, String> keys) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        keys.forEach((key, value) -> {
            switch (key) {
                case "SendTargets" -> sendTargets(value, answer);
                case "MaxRecvDataSegmentLength" -> declare(value, answer);
                case "InitiatorAlias" -> {
                    // a declaration that this target has no use for
                }
                default -> TextKeys.put(answer, key, Negotiable.inLogin(key) ? "Reject" : "NotUnderstood");
            }
        });
        return answer.toByteArray();
    }

    /** Who has logged in to a target is not told of others (RFC 7143, appendix C). */
    private void sendTargets(String value, ByteArrayOutputStream answer) {
        if (value.equals("All") && login.target().isPresent()) {
            TextKeys.put(answer, "SendTargets", "Reject");
        } else {
            discovery.sendTargets(value, login).forEach(pair -> TextKeys.put(answer, pair[0], pair[1]));
        }
    }

    private void declare(String value, ByteArrayOutputStream answer) {
        OptionalInt bytes = Negotiable.maxDataBytes(value);
        bytes.ifPresentOrElse(
                replies::initiatorMaxDataBytes, () -> TextKeys.put(answer, "MaxRecvDataSegmentLength", "Reject"));
    }
}
