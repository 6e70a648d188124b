package org.serai.scsi.iscsi.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.pdu.ProtocolException;

/**
 * The login phase of a connection (RFC 7143, 6.3). Nothing that the peer says is trusted, nothing of it is kept beyond
 * limits: so many PDUs, so many bytes of text. The time is limited by whoever closes the channel.
 */
public final class LoginPhase {
    private static final int SECURITY = 0;
    private static final int OPERATIONAL = 1;
    private static final int FULL_FEATURE = 3;
    private static final int TRANSIT = 0x80;
    private static final int CONTINUE = 0x40;
    private static final int MAX_PDUS = 64;
    private static final int MAX_TEXT_BYTES = 32 * 1024;
    private static final int MAX_RESPONSE_TEXT_BYTES = 4096;

    private final PduReader reader;
    private final PduWriter writer;
    private final Doorkeeper doorkeeper;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private Visitor visitor;
    private int stage = SECURITY;
    private int statSn = 1;

    /** A login on that connection. */
    public LoginPhase(PduReader reader, PduWriter writer, Doorkeeper doorkeeper) {
        this.reader = reader;
        this.writer = writer;
        this.doorkeeper = doorkeeper;
    }

    /** What ends a login that the target side accepts: registers the session, and gives its TSIH. */
    @FunctionalInterface
    public interface Acceptance {
        /** Registers the connection; throws what makes the login end, with a target error if nothing else is said. */
        int accept(LoginResult result) throws IOException;
    }

    /** Runs the login; empty if it failed or the peer went away, then the connection is to be closed. */
    public Optional<LoginResult> run(Acceptance acceptance) throws IOException {
        for (int pdus = 0; pdus < MAX_PDUS; pdus++) {
            while (!reader.ready()) {
                if (!reader.fill()) {
                    return Optional.empty();
                }
            }
            Bhs request = reader.take();
            if (request.opcode() != Opcode.LOGIN_REQUEST) {
                throw new ProtocolException("opcode " + request.opcode() + " before the login");
            }
            try {
                Optional<LoginResult> result = step(request, acceptance);
                if (result.isPresent()) {
                    return result;
                }
            } catch (LoginFailure failure) {
                respond(request, 0, request.u16(14), failure.status(), failure.keys());
                throw failure;
            }
        }
        throw new ProtocolException("a login of more than " + MAX_PDUS + " PDUs");
    }

    private Optional<LoginResult> step(Bhs request, Acceptance acceptance) throws IOException {
        requireSequence(request);
        text.writeBytes(TextKeys.bytes(reader.data()));
        if (text.size() > MAX_TEXT_BYTES) {
            throw new ProtocolException("a login of more than " + MAX_TEXT_BYTES + " bytes of text");
        }
        if (request.flag(CONTINUE)) {
            respond(request, stage << 2, request.u16(14), 0, Map.of());
            return Optional.empty();
        }
        Map<String, String> keys = TextKeys.parse(text.toByteArray());
        text.reset();
        Map<String, String> answer = new LinkedHashMap<>();
        if (visitor == null) {
            visitor = doorkeeper.admit(Identity.of(request, keys));
            visitor.announce(answer);
        }
        negotiate(keys, answer);
        int next = request.flags() & 0x3;
        boolean transit = request.flag(TRANSIT)
                && (stage != SECURITY || visitor.authentication().passed());
        if (!transit) {
            respond(request, stage << 2, request.u16(14), 0, answer);
            return Optional.empty();
        }
        int flags = TRANSIT | stage << 2 | next;
        stage = next;
        if (next != FULL_FEATURE) {
            respond(request, flags, request.u16(14), 0, answer);
            return Optional.empty();
        }
        return Optional.of(finish(request, flags, answer, acceptance));
    }

    private LoginResult finish(Bhs request, int flags, Map<String, String> answer, Acceptance acceptance)
            throws IOException {
        visitor.negotiation().declare(answer);
        requireShort(TextKeys.format(answer));
        LoginResult result = visitor.result(request.i32(24), statSn, reader);
        int tsih;
        try {
            tsih = acceptance.accept(result);
        } catch (LoginFailure e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new LoginFailure(LoginFailure.TARGET_ERROR, "the session cannot be opened: " + e.getMessage());
        }
        respond(request, flags, tsih, 0, answer);
        return result;
    }

    private void requireSequence(Bhs request) throws LoginFailure {
        if (request.u8(3) > 0) {
            throw new LoginFailure(LoginFailure.UNSUPPORTED_VERSION, "version 0 is too old for the initiator");
        }
        if (visitor != null && !visitor.identity().sameIn(request)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "a login that changes its ISID, TSIH or CID");
        }
        int current = request.flags() >> 2 & 0x3;
        int next = request.flags() & 0x3;
        if (visitor == null && text.size() == 0 && current == OPERATIONAL) {
            stage = OPERATIONAL;
        }
        boolean legalNext = next == FULL_FEATURE || next == OPERATIONAL;
        if (current != stage
                || request.flag(TRANSIT) && (next <= current || !legalNext)
                || request.flag(TRANSIT) && request.flag(CONTINUE)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "a login stage that cannot follow");
        }
    }

    private void negotiate(Map<String, String> keys, Map<String, String> answer) throws LoginFailure {
        Authentication authentication = visitor.authentication();
        if (stage == SECURITY) {
            authentication.negotiate(keys, answer);
        } else if (!authentication.passed()) {
            throw new LoginFailure(LoginFailure.AUTHENTICATION_FAILURE, "the initiator leaves out the security stage");
        } else {
            visitor.negotiation().declare(answer);
        }
        for (Map.Entry<String, String> pair : keys.entrySet()) {
            String key = pair.getKey();
            boolean security = key.equals("AuthMethod") || key.startsWith("CHAP_");
            if (security && stage != SECURITY) {
                throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " after the security stage");
            }
            if (!security && !visitor.tells(key, pair.getValue())) {
                visitor.negotiation().negotiate(key, pair.getValue(), answer);
            }
        }
    }

    private static byte[] requireShort(byte[] answer) throws ProtocolException {
        if (answer.length > MAX_RESPONSE_TEXT_BYTES) {
            throw new ProtocolException("a login with so many unknown keys that they cannot be answered");
        }
        return answer;
    }

    private void respond(Bhs request, int flags, int tsih, int status, Map<String, String> answer) throws IOException {
        byte[] data = requireShort(TextKeys.format(answer));
        int at = writer.begin(Opcode.LOGIN_RESPONSE, flags, data.length);
        writer.data(data.length).put(data);
        writer.buffer()
                .putShort(at + 8, (short) request.u16(8))
                .putInt(at + 10, request.i32(10))
                .putShort(at + 14, (short) tsih)
                .putInt(at + 16, request.itt())
                .putInt(at + 24, status == 0 ? statSn++ : 0)
                .putInt(at + 28, request.i32(24))
                .putInt(at + 32, request.i32(24))
                .putShort(at + 36, (short) status);
        writer.end(data.length);
        writer.flush();
    }
}
