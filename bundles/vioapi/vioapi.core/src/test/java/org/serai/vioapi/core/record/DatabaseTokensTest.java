package org.serai.vioapi.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Role;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.VioApiError;

class DatabaseTokensTest {
    @TempDir
    private Path folder;

    private Database database;
    private Database otherNode;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private Tokens tokens;

    @BeforeEach
    void open() {
        database = another();
        otherNode = another();
        tokens = new DatabaseTokens(database, () -> now, new SecureRandom());
    }

    private Database another() {
        return JdbcEngine.embedded().open("embedded:" + folder.resolve("vios.db"), Map.of());
    }

    @AfterEach
    void close() {
        database.close();
        otherNode.close();
    }

    private static void failsWith(VioApiError code, ThrowingCallable call) {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aTokenSaysWhoItsHolderIsAndTheDatabaseHasItsHashOnly() {
        Tokens.Made made = tokens.create("monitoring", Role.READ, Optional.empty());
        assertThat(tokens.holder(made.secret())).contains(made.token());
        assertThat(made.secret()).matches("serai_[A-Za-z0-9_-]{43}");
        TokenRow row = database.read(transaction -> transaction.get(TokenRow.class, "monitoring"))
                .orElseThrow();
        assertThat(row.toString()).doesNotContain(made.secret());
        assertThat(row.hash()).matches("[0-9a-f]{64}");
        assertThat(made.toString()).doesNotContain(made.secret());
        assertThat(tokens.create("second", Role.READ, Optional.empty()).secret())
                .isNotEqualTo(made.secret());
    }

    @Test
    void whatIsNoTokenHasNoHolder() {
        Tokens.Made made = tokens.create("monitoring", Role.READ, Optional.empty());
        String hash = database.read(transaction -> transaction.get(TokenRow.class, "monitoring"))
                .orElseThrow()
                .hash();
        for (String wrong : new String[] {
            "", "serai_", made.secret() + "x", made.secret().substring(1), hash, "monitoring", "serai_" + "A".repeat(43)
        }) {
            assertThat(tokens.holder(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void aRevokedTokenIsVoidAtOnceAtAnotherNode() {
        Tokens there = new DatabaseTokens(otherNode, () -> now, new SecureRandom());
        String secret =
                tokens.create("monitoring", Role.OPERATE, Optional.empty()).secret();
        assertThat(there.holder(secret)).isPresent();
        tokens.revoke("monitoring");
        assertThat(there.holder(secret)).isEmpty();
        failsWith(VioApiError.NO_SUCH_TOKEN, () -> tokens.revoke("monitoring"));
    }

    @Test
    void aTokenEndsWhenItsTimeIsOver() {
        String secret = tokens.create("soon", Role.READ, Optional.of(Duration.ofHours(1)))
                .secret();
        now = now.plus(Duration.ofMinutes(59));
        assertThat(tokens.holder(secret)).isPresent();
        now = now.plus(Duration.ofMinutes(1));
        assertThat(tokens.holder(secret)).isEmpty();
        assertThat(tokens.tokens()).singleElement().satisfies(token -> {
            assertThat(token.expired()).isTrue();
            assertThat(token.expires()).contains("2030-01-01T01:00:00Z");
        });
    }

    @Test
    void aNameIsGivenOnce() {
        tokens.create("monitoring", Role.READ, Optional.empty());
        failsWith(VioApiError.TOKEN_EXISTS, () -> tokens.create("monitoring", Role.READ, Optional.empty()));
        failsWith(VioApiError.BAD_REQUEST, () -> tokens.create("@root", Role.READ, Optional.empty()));
    }
}
