package org.serai.scsi.iscsi.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec;

/**
 * The target's side of CHAP (RFC 7143, 12.1.3; RFC 1994): algorithm, challenge, check of the response, and the answer to
 * the initiator's own challenge.
 */
final class Chap {
    /** By number in the PPP authentication algorithms registry; SHA-1 (6) is there too, and is not offered. */
    private static final Map<String, String> ALGORITHMS = Map.of("5", "MD5", "7", "SHA-256", "8", "SHA3-256");

    /** The better one first. */
    private static final List<String> PREFERENCE = List.of("8", "7", "5");

    private static final Set<String> KEYS = Set.of("CHAP_A", "CHAP_N", "CHAP_R", "CHAP_I", "CHAP_C");
    private static final int CHALLENGE_BYTES = 24;

    /** RFC 7143, 12.1.3: no challenge is longer. */
    private static final int MAX_BYTES = 1024;

    private final List<ExportSpec.Chap> credentials;
    private final RandomGenerator secureRandom;
    private MessageDigest digest;
    private byte identifier;
    private byte[] challenge = {};
    private boolean proven;

    /** One of these credentials has to be proven. */
    Chap(List<ExportSpec.Chap> credentials, RandomGenerator secureRandom) {
        this.credentials = credentials;
        this.secureRandom = secureRandom;
    }

    boolean proven() {
        return proven;
    }

    /** Takes the security keys of one request and puts what answers them. */
    void negotiate(Map<String, String> keys, Map<String, String> answer) throws LoginFailure {
        for (String key : keys.keySet()) {
            if (key.startsWith("CHAP_") && !KEYS.contains(key)) {
                throw failed("a key of CHAP that is unknown");
            }
        }
        boolean asks = keys.containsKey("CHAP_I") || keys.containsKey("CHAP_C");
        if (keys.containsKey("CHAP_A")) {
            challenge(keys.get("CHAP_A"), answer);
        }
        if (keys.containsKey("CHAP_N") || keys.containsKey("CHAP_R")) {
            ExportSpec.Chap initiator = check(keys.getOrDefault("CHAP_N", ""), decode(keys.getOrDefault("CHAP_R", "")));
            if (asks) {
                prove(initiator, keys.getOrDefault("CHAP_I", ""), decode(keys.getOrDefault("CHAP_C", "")), answer);
            }
            proven = true;
        } else if (asks) {
            throw failed("a challenge of the initiator without its response");
        }
    }

    private void challenge(String offered, Map<String, String> answer) throws LoginFailure {
        if (digest != null) {
            throw failed("a second CHAP_A");
        }
        List<String> list = Arrays.asList(offered.split(","));
        String chosen = PREFERENCE.stream()
                .filter(list::contains)
                .findFirst()
                .orElseThrow(() -> failed("no CHAP algorithm in common, of " + PREFERENCE));
        try {
            digest = MessageDigest.getInstance(ALGORITHMS.get(chosen));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHMS.get(chosen), e);
        }
        challenge = new byte[CHALLENGE_BYTES];
        secureRandom.nextBytes(challenge);
        identifier = (byte) secureRandom.nextInt(256);
        answer.put("CHAP_A", chosen);
        answer.put("CHAP_I", String.valueOf(identifier & 0xFF));
        answer.put("CHAP_C", "0x" + HexFormat.of().formatHex(challenge));
    }

    /** All credentials are looked at, and each in a time that does not depend on where it differs. */
    private ExportSpec.Chap check(String user, byte[] response) throws LoginFailure {
        if (digest == null || proven) {
            throw failed("a CHAP response without a challenge");
        }
        Optional<ExportSpec.Chap> match = Optional.empty();
        for (ExportSpec.Chap each : credentials) {
            byte[] expected = response(identifier, each.secret(), challenge);
            if (MessageDigest.isEqual(expected, response) & MessageDigest.isEqual(utf8(each.user()), utf8(user))) {
                match = Optional.of(each);
            }
        }
        return match.orElseThrow(() -> failed("wrong CHAP name or secret"));
    }

    private byte[] response(byte id, String secret, byte[] toWhat) {
        digest.update(id);
        digest.update(utf8(secret));
        return digest.digest(toWhat);
    }

    /**
     * Proves the target to the initiator. A challenge that is sent back to the one who made it would have this side
     * compute the answer for it (RFC 7143, 9.2.1).
     */
    private void prove(ExportSpec.Chap initiator, String id, byte[] theirs, Map<String, String> answer)
            throws LoginFailure {
        ExportSpec.Mutual own = initiator
                .mutual()
                .orElseThrow(
                        () -> failed("the initiator wants this target to prove itself, which has no secret for that"));
        int number = Value.number(id, 0, 255).orElseThrow(() -> failed("a CHAP_I that is no number up to 255"));
        if (theirs.length == 0) {
            throw failed("an empty challenge");
        }
        if (Arrays.equals(theirs, challenge)) {
            throw failed("the initiator sends the target's own challenge back");
        }
        answer.put("CHAP_N", own.user());
        answer.put("CHAP_R", "0x" + HexFormat.of().formatHex(response((byte) number, own.secret(), theirs)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decode(String value) throws LoginFailure {
        byte[] bytes = BinaryValue.decode(value).orElseThrow(() -> failed("a CHAP value that is no binary value"));
        if (bytes.length > MAX_BYTES) {
            throw failed("a CHAP value that is too long");
        }
        return bytes;
    }

    private static LoginFailure failed(String why) {
        return new LoginFailure(LoginFailure.AUTHENTICATION_FAILURE, why);
    }
}
