package org.serai.scsi.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.ExportSpec;

class ChapTest {
    private static final String SECRET = "0123456789abcdef";
    private static final String OWN = "fedcba9876543210";

    private final Chap chap = new Chap(
            List.of(new ExportSpec.Chap("host", SECRET, Optional.of(new ExportSpec.Mutual("target", OWN)))),
            new SecureRandom());

    @ParameterizedTest
    @CsvSource({"5,MD5", "7,SHA-256", "8,SHA3-256"})
    void bothSidesProveThemselves(String algorithm, String hash) throws Exception {
        Map<String, String> challenge = say(Map.of("CHAP_A", algorithm));
        byte[] mine = {1, 2, 3};
        Map<String, String> answer = say(Map.of(
                "CHAP_N", "host",
                "CHAP_R", response(hash, challenge, SECRET),
                "CHAP_I", "9",
                "CHAP_C", "0x010203"));
        assertThat(chap.proven()).isTrue();
        MessageDigest digest = MessageDigest.getInstance(hash);
        digest.update((byte) 9);
        digest.update(OWN.getBytes());
        assertThat(answer)
                .containsEntry("CHAP_N", "target")
                .containsEntry("CHAP_R", "0x" + HexFormat.of().formatHex(digest.digest(mine)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "6,99", "", "five"})
    void anAlgorithmThatIsBrokenOrUnknownIsRefused(String offered) {
        assertThatThrownBy(() -> say(Map.of("CHAP_A", offered))).isInstanceOf(LoginFailure.class);
    }

    @Test
    void theStrongestIsChosen() throws LoginFailure {
        assertThat(say(Map.of("CHAP_A", "5,6,7,8"))).containsEntry("CHAP_A", "8");
    }

    @Test
    void theOwnChallengeIsNotAnswered() throws Exception {
        Map<String, String> challenge = say(Map.of("CHAP_A", "7"));
        assertThatThrownBy(() -> say(Map.of(
                        "CHAP_N", "host",
                        "CHAP_R", response("SHA-256", challenge, SECRET),
                        "CHAP_I", challenge.get("CHAP_I"),
                        "CHAP_C", challenge.get("CHAP_C"))))
                .hasMessageContaining("own challenge");
        assertThat(chap.proven()).isFalse();
    }

    @Test
    void nothingIsProvenToWhoHasNotProvenItself() throws Exception {
        say(Map.of("CHAP_A", "7"));
        assertThatThrownBy(() -> say(Map.of("CHAP_N", "host", "CHAP_R", "0x00", "CHAP_I", "1", "CHAP_C", "0x0102")))
                .isInstanceOf(LoginFailure.class);
        assertThatThrownBy(() -> say(Map.of("CHAP_I", "1", "CHAP_C", "0x0102"))).isInstanceOf(LoginFailure.class);
    }

    @ParameterizedTest
    @CsvSource({"256,0x01", "-1,0x01", "x,0x01", "1,0x", "1,01", "1,0bx", "1,0xzz"})
    void aChallengeThatIsNoneIsRefused(String identifier, String value) throws Exception {
        Map<String, String> challenge = say(Map.of("CHAP_A", "7"));
        assertThatThrownBy(() -> say(Map.of(
                        "CHAP_N",
                        "host",
                        "CHAP_R",
                        response("SHA-256", challenge, SECRET),
                        "CHAP_I",
                        identifier,
                        "CHAP_C",
                        value)))
                .isInstanceOf(LoginFailure.class);
    }

    @Test
    void aTargetWithoutASecretDoesNotPretend() throws Exception {
        Chap oneWay = new Chap(List.of(new ExportSpec.Chap("host", SECRET)), new SecureRandom());
        Map<String, String> challenge = new LinkedHashMap<>();
        oneWay.negotiate(Map.of("CHAP_A", "5"), challenge);
        assertThatThrownBy(() -> oneWay.negotiate(
                        Map.of(
                                "CHAP_N", "host",
                                "CHAP_R", response("MD5", challenge, SECRET),
                                "CHAP_I", "1",
                                "CHAP_C", "0x0102"),
                        new LinkedHashMap<>()))
                .hasMessageContaining("no secret");
        assertThat(oneWay.proven()).isFalse();
    }

    @Test
    void oneSecretIsNotForBothDirections() {
        assertThatThrownBy(
                        () -> new ExportSpec.Chap("host", SECRET, Optional.of(new ExportSpec.Mutual("target", SECRET))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Map<String, String> say(Map<String, String> keys) throws LoginFailure {
        Map<String, String> answer = new LinkedHashMap<>();
        chap.negotiate(keys, answer);
        return answer;
    }

    private static String response(String hash, Map<String, String> challenge, String secret) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(hash);
        digest.update((byte) Integer.parseInt(challenge.get("CHAP_I")));
        digest.update(secret.getBytes());
        digest.update(HexFormat.of().parseHex(challenge.get("CHAP_C").substring(2)));
        return "0x" + HexFormat.of().formatHex(digest.digest());
    }
}
