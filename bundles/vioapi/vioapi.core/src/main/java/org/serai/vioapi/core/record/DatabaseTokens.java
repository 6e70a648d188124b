package org.serai.vioapi.core.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Role;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.VioApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens, of which the VIOS DB has the SHA-256 only. They are random numbers of 256 bits: whoever reads the hash cannot
 * try them out, however fast the hash is, so that a slow one would only make it cheaper to keep a node busy.
 */
public final class DatabaseTokens implements Tokens {
    private static final Logger AUDIT = LoggerFactory.getLogger("org.serai.audit");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    private static final String PREFIX = "serai_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final int RANDOM_BYTES = 32;

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random;

    /** In that database. */
    public DatabaseTokens(Database database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Made create(String name, Role role, Optional<Duration> lifetime) {
        if (!NAME.matcher(name).matches()) {
            throw VioApiError.BAD_REQUEST.error(
                    "'" + name + "' cannot be the name of a token",
                    "a name has 1 to 63 letters, digits, dots, hyphens and underscores",
                    "choose another name");
        }
        byte[] secret = new byte[RANDOM_BYTES];
        random.nextBytes(secret);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        long expiresMs = lifetime.map(span -> now.plus(span).toEpochMilli()).orElse(0L);
        TokenRow row = new TokenRow(
                name,
                hash(text),
                role,
                expiresMs,
                now.truncatedTo(ChronoUnit.SECONDS).toString());
        try {
            database.write(transaction -> transaction.insert(row));
        } catch (SeraiException e) {
            throw e.code() == DatabaseError.CONFLICT
                    ? VioApiError.TOKEN_EXISTS.error(
                            "There is a token " + name + " already",
                            "names are unique",
                            "choose another name, or revoke that one first")
                    : e;
        }
        AUDIT.info("token {} with role {} was made", name, role);
        return new Made(token(row), text);
    }

    @Override
    public List<Token> tokens() {
        return database.read(transaction -> transaction.list(TokenRow.class)).stream()
                .map(this::token)
                .toList();
    }

    @Override
    public void revoke(String name) {
        boolean found = database.write(transaction -> {
            boolean there = transaction.get(TokenRow.class, name).isPresent();
            if (there) {
                transaction.delete(TokenRow.class, name);
            }
            return there;
        });
        if (!found) {
            throw VioApiError.NO_SUCH_TOKEN.error(
                    "There is no token " + name, "it was revoked, or never made", "look at vioapi:tokens");
        }
        AUDIT.info("token {} was revoked", name);
    }

    @Override
    public Optional<Token> holder(String secret) {
        if (!FORM.matcher(secret).matches()) {
            return Optional.empty();
        }
        return database.read(transaction -> transaction.list(TokenRow.class, "hash", hash(secret))).stream()
                .map(this::token)
                .filter(token -> !token.expired())
                .findFirst();
    }

    private Token token(TokenRow row) {
        Optional<Instant> end =
                Optional.of(row.expiresMs()).filter(ms -> ms > 0).map(Instant::ofEpochMilli);
        return new Token(
                row.name(),
                row.role(),
                end.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()),
                end.filter(at -> !clock.instant().isBefore(at)).isPresent(),
                row.created());
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
