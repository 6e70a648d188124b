package org.serai.scsi.iscsi.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.pdu.ProtocolException;
import org.serai.scsi.spi.Targets;

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
    private final Targets targets;
    private final boolean discoveryAuthenticated;
    private final RandomGenerator secureRandom;
    private final Negotiation negotiation = new Negotiation();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private Identity identity;
    private Authentication authentication;
    private int stage = SECURITY;
    private int statSn = 1;

    /** A login on that connection. */
    public LoginPhase(
            PduReader reader,
            PduWriter writer,
            Targets targets,
            boolean discoveryAuthenticated,
            RandomGenerator secureRandom) {
        this.reader = reader;
        this.writer = writer;
        this.targets = targets;
        this.discoveryAuthenticated = discoveryAuthenticated;
        this.secureRandom = secureRandom;
    }

    /** Who logs in to what. */
    private record Identity(String initiator, Optional<String> target, long isid) {}

    /** What ends a login that the target side accepts: registers the session, and gives its TSIH. */
    @FunctionalInterface
    public interface Acceptance {
        /** Registers the session; throws what makes the login end with a target error. */
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
                respond(request, 0, 0, failure.status(), Map.of());
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
            respond(request, stage << 2, 0, 0, Map.of());
            return Optional.empty();
        }
        Map<String, String> keys = TextKeys.parse(text.toByteArray());
        text.reset();
        Map<String, String> answer = new LinkedHashMap<>();
        if (identity == null) {
            identify(request, keys, answer);
        }
        negotiate(keys, answer);
        int next = request.flags() & 0x3;
        boolean transit = request.flag(TRANSIT) && (stage != SECURITY || authentication.passed());
        if (!transit) {
            respond(request, stage << 2, 0, 0, answer);
            return Optional.empty();
        }
        int flags = TRANSIT | stage << 2 | next;
        stage = next;
        if (next != FULL_FEATURE) {
            respond(request, flags, 0, 0, answer);
            return Optional.empty();
        }
        return Optional.of(finish(request, flags, answer, acceptance));
    }

    private LoginResult finish(Bhs request, int flags, Map<String, String> answer, Acceptance acceptance)
            throws IOException {
        negotiation.declare(answer);
        LoginResult result = new LoginResult(
                identity.initiator(),
                identity.target(),
                identity.isid(),
                negotiation.result(),
                request.i32(24),
                statSn,
                reader);
        int tsih;
        try {
            tsih = acceptance.accept(result);
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
        int current = request.flags() >> 2 & 0x3;
        int next = request.flags() & 0x3;
        if (identity == null && current == OPERATIONAL) {
            stage = OPERATIONAL;
        }
        boolean legalNext = next == FULL_FEATURE || next == OPERATIONAL;
        if (current != stage
                || request.flag(TRANSIT) && (next <= current || !legalNext)
                || request.flag(TRANSIT) && request.flag(CONTINUE)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "a login stage that cannot follow");
        }
    }

    /** The first request says who wants what; what is not to be seen and what is not there get the same answer. */
    private void identify(Bhs request, Map<String, String> keys, Map<String, String> answer) throws LoginFailure {
        String initiator = required(keys, "InitiatorName");
        boolean discovery = keys.getOrDefault("SessionType", "Normal").equals("Discovery");
        if (!discovery && !keys.getOrDefault("SessionType", "Normal").equals("Normal")) {
            throw new LoginFailure(LoginFailure.SESSION_TYPE_NOT_SUPPORTED, "a session type that is unknown");
        }
        if (request.u16(14) != 0) {
            throw new LoginFailure(
                    LoginFailure.SESSION_DOES_NOT_EXIST, "a session here has one connection, which cannot be added to");
        }
        if (discovery) {
            List<ExportSpec.Chap> credentials = targets.visibleTo(initiator).stream()
                    .flatMap(target -> targets.admission(target, initiator).stream())
                    .flatMap(admission -> admission.chap().stream())
                    .toList();
            authentication = new Authentication(discoveryAuthenticated, credentials, secureRandom);
        } else {
            String target = required(keys, "TargetName");
            Targets.Admission admission = targets.admission(target, initiator)
                    .orElseThrow(() -> new LoginFailure(
                            LoginFailure.NOT_FOUND, "target " + target + " is not there, or not for " + initiator));
            authentication = new Authentication(
                    admission.chap().isPresent(), admission.chap().stream().toList(), secureRandom);
            answer.put("TargetPortalGroupTag", "1");
        }
        long isid = (long) request.u16(8) << 32 | Integer.toUnsignedLong(request.i32(10));
        identity = new Identity(initiator, discovery ? Optional.empty() : Optional.of(keys.get("TargetName")), isid);
    }

    private static String required(Map<String, String> keys, String key) throws LoginFailure {
        String value = keys.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new LoginFailure(LoginFailure.MISSING_PARAMETER, "key " + key + " is missing");
        }
        return value;
    }

    private void negotiate(Map<String, String> keys, Map<String, String> answer) throws LoginFailure {
        if (stage == SECURITY) {
            authentication.negotiate(keys, answer);
        } else if (!authentication.passed()) {
            throw new LoginFailure(LoginFailure.AUTHENTICATION_FAILURE, "the initiator leaves out the security stage");
        } else {
            negotiation.declare(answer);
        }
        for (Map.Entry<String, String> pair : keys.entrySet()) {
            String key = pair.getKey();
            switch (key) {
                case "InitiatorName", "TargetName", "SessionType", "AuthMethod" -> {
                    // looked at already
                }
                default -> {
                    if (!key.startsWith("CHAP_")) {
                        negotiation.negotiate(key, pair.getValue(), answer);
                    }
                }
            }
        }
    }

    private void respond(Bhs request, int flags, int tsih, int status, Map<String, String> answer) throws IOException {
        byte[] data = TextKeys.format(answer);
        if (data.length > MAX_RESPONSE_TEXT_BYTES) {
            throw new ProtocolException("a login with so many unknown keys that they cannot be answered");
        }
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
