package org.serai.scsi.iscsi.login;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec;

/** The target's side of CHAP (RFC 7143, 12.1.3; RFC 1994): algorithm, challenge, check of the response. */
final class Chap {
    /** By number in the PPP authentication algorithms registry, the better one first. */
    private static final Map<String, String> ALGORITHMS = Map.of("5", "MD5", "7", "SHA-256");

    private static final List<String> PREFERENCE = List.of("7", "5");
    private static final int CHALLENGE_BYTES = 24;
    private static final int MAX_TEXT_BYTES = 1024;

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
        if (keys.containsKey("CHAP_A")) {
            challenge(keys.get("CHAP_A"), answer);
        }
        if (keys.containsKey("CHAP_N") || keys.containsKey("CHAP_R")) {
            if (keys.containsKey("CHAP_I") || keys.containsKey("CHAP_C")) {
                throw failed("the initiator wants this target to prove itself, which has no secret for that");
            }
            check(keys.getOrDefault("CHAP_N", ""), decode(keys.getOrDefault("CHAP_R", "")));
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
    private void check(String user, byte[] response) throws LoginFailure {
        if (digest == null || proven) {
            throw failed("a CHAP response without a challenge");
        }
        boolean match = false;
        for (ExportSpec.Chap each : credentials) {
            digest.update(identifier);
            digest.update(each.secret().getBytes(StandardCharsets.UTF_8));
            byte[] expected = digest.digest(challenge);
            match |= MessageDigest.isEqual(expected, response) & MessageDigest.isEqual(utf8(each.user()), utf8(user));
        }
        if (!match) {
            throw failed("wrong CHAP name or secret");
        }
        proven = true;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A binary value (RFC 7143, 6.1): hexadecimal, base64 or decimal. */
    private static byte[] decode(String value) throws LoginFailure {
        if (value.length() > MAX_TEXT_BYTES) {
            throw failed("a CHAP response that is too long");
        }
        try {
            String prefix = value.length() < 2 ? "" : value.substring(0, 2);
            return switch (prefix) {
                case "0x", "0X" -> HexFormat.of().parseHex(value.substring(2));
                case "0b", "0B" -> Base64.getDecoder().decode(value.substring(2));
                default -> new BigInteger(value).toByteArray();
            };
        } catch (IllegalArgumentException e) {
            throw failed("a CHAP response that is no number");
        }
    }

    private static LoginFailure failed(String why) {
        return new LoginFailure(LoginFailure.AUTHENTICATION_FAILURE, why);
    }
}
