package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final String LOST = "08006";

    private final Attempts attempts = new Attempts(
            new Failures(new PostgresDialect("jdbc:postgresql://host/name", Map.of(), 1_000)),
            1_000,
            new RealWorkings());

    private void fail() {
        assertThatThrownBy(() -> attempts.shared("nothing was read", () -> {
                    throw new SQLException("no answer", LOST);
                }))
                .hasMessageContaining("nothing was read");
    }

    @Test
    void aFailureMakesTheDatabaseUnreachableAndASuccessReachable() {
        fail();
        assertThat(attempts.trouble()).hasValue("no answer");
        attempts.shared("nothing was read", () -> 1);
        assertThat(attempts.trouble()).isEmpty();
        fail();
        assertThat(attempts.trouble()).hasValue("no answer");
    }

    @Test
    void whatBeganBeforeTheDatabaseWasReachedAgainAndFailsLaterTellsNothing() {
        assertThatThrownBy(() -> attempts.shared("nothing was read", () -> {
                    fail();
                    attempts.shared("nothing was read", () -> 1);
                    throw new SQLException("no answer on the connection from before", LOST);
                }))
                .hasMessageContaining("nothing was read");
        assertThat(attempts.trouble()).isEmpty();
    }
}
