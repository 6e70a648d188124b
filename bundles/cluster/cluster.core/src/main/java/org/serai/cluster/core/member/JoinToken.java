package org.serai.cluster.core.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;

/**
 * What a further node needs to join, as base64url of JSON.
 *
 * @param version of this form
 * @param url the database
 * @param properties its user and password
 * @param cluster the cluster
 * @param check proves against the database that the token was made by a member
 */
record JoinToken(int version, String url, Map<String, String> properties, UUID cluster, String check) {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    static JoinToken of(Enrolment enrolment, ClusterRow cluster) {
        return new JoinToken(
                VERSION, enrolment.databaseUrl(), enrolment.databaseProperties(), cluster.id(), check(cluster));
    }

    static JoinToken parse(String text) {
        try {
            var token = JSON.readValue(Base64.getUrlDecoder().decode(text.strip()), JoinToken.class);
            if (token == null
                    || token.version() != VERSION
                    || token.url() == null
                    || token.properties() == null
                    || token.cluster() == null
                    || token.check() == null) {
                throw bad("it has not the form of version " + VERSION);
            }
            return token;
        } catch (IOException | IllegalArgumentException unreadable) {
            throw bad("it cannot be read; a part of it may be missing");
        }
    }

    String text() {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(this));
        } catch (IOException impossible) {
            throw new IllegalStateException("a record of texts is always JSON", impossible);
        }
    }

    /** Fails unless a member of that cluster made this token. */
    void verify(ClusterRow row) {
        if (!row.id().equals(cluster) || !check(row).equals(check)) {
            throw bad("the database holds another cluster, " + row.name());
        }
    }

    Enrolment enrolment() {
        return new Enrolment(cluster, url, properties);
    }

    static SeraiException bad(String cause) {
        return ClusterError.BAD_TOKEN.error(
                "The join token cannot be used",
                cause,
                "print a new one on a member with cluster:token, and give all of it");
    }

    private static String check(ClusterRow row) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(row.secret().getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            var code = mac.doFinal(("join " + row.id()).getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return "JoinToken[cluster=" + cluster + "]";
    }
}
