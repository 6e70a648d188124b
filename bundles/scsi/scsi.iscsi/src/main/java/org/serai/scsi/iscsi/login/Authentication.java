package org.serai.scsi.iscsi.login;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec;

/** The security stage: which method, and whether the initiator has proven itself. */
final class Authentication {
    private final boolean required;
    private final Optional<Chap> chap;
    private boolean chosen;
    private boolean without;

    /**
     * A stage to pass.
     *
     * @param required whether there is no way without CHAP
     * @param credentials one of which has to be proven; empty if there are none for this initiator
     */
    Authentication(boolean required, List<ExportSpec.Chap> credentials, RandomGenerator secureRandom) {
        this.required = required;
        this.chap = required || !credentials.isEmpty()
                ? Optional.of(new Chap(credentials, secureRandom))
                : Optional.empty();
    }

    /** Whether the login may leave the security stage. */
    boolean passed() {
        return chap.map(Chap::proven).orElse(true) || !required && (without || !chosen);
    }

    /** Takes the keys of one request of the security stage and puts the answers. */
    void negotiate(Map<String, String> keys, Map<String, String> answer) throws LoginFailure {
        String offered = keys.get("AuthMethod");
        if (offered != null) {
            answer.put("AuthMethod", choose(Arrays.asList(offered.split(","))));
        }
        boolean usesChap = chosen && !without && chap.isPresent();
        if (usesChap) {
            chap.get().negotiate(keys, answer);
        } else if (keys.keySet().stream().anyMatch(key -> key.startsWith("CHAP_"))) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "keys of CHAP, which was not chosen");
        }
    }

    private String choose(List<String> offered) throws LoginFailure {
        if (chosen) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "AuthMethod is negotiated twice");
        }
        chosen = true;
        if (chap.isPresent() && offered.contains("CHAP")) {
            return "CHAP";
        }
        if (!required && offered.contains("None")) {
            without = true;
            return "None";
        }
        throw new LoginFailure(
                LoginFailure.AUTHENTICATION_FAILURE,
                required ? "the initiator does not offer CHAP" : "the initiator offers neither CHAP nor None");
    }
}
