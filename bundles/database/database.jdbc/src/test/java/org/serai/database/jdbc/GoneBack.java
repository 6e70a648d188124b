package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.serai.database.jdbc.DatabaseSuite.SOON;
import static org.serai.database.jdbc.DatabaseSuite.addClient;
import static org.serai.database.jdbc.DatabaseSuite.failsWith;

import java.util.function.Consumer;
import java.util.function.Function;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;

/** What becomes of nodes that run while the database is put back to an earlier state, and goes on from there. */
final class GoneBack {
    private static final Tuning SELDOM = new Tuning(1_000, 3_600_000, 10_000, 30_000, 2);
    private static final Tuning OFTEN = new Tuning(1_000, 50, 10_000, 30_000, 2);

    private GoneBack() {}

    /**
     * @param opening opens the same database as one more node
     * @param sql runs one statement as no node does
     */
    static void isRefusedByNodesThatKnowMore(Function<Tuning, Database> opening, Consumer<String> sql) {
        try (Database knowing = opening.apply(SELDOM);
                Database looking = opening.apply(OFTEN)) {
            addClient(knowing, "kept");
            long kept = knowing.revision();
            addClient(knowing, "lost");
            View<ClientRow> view = knowing.view(ClientRow.class);
            await().atMost(SOON).until(() -> looking.revision() == knowing.revision());

            sql.accept("DELETE FROM client WHERE name = 'lost'");
            sql.accept("DELETE FROM change_log WHERE revision > " + kept);
            sql.accept("UPDATE counter SET value = " + kept + " WHERE name = 'revision'");

            refuses(knowing, "is at revision " + kept);
            await().atMost(SOON).until(() -> !looking.status().reachable());
            assertThat(view.all()).extracting(ClientRow::name).containsExactly("kept", "lost");

            try (Database unknowing = opening.apply(SELDOM)) {
                for (int beyond = 0; beyond < 3; beyond++) {
                    addClient(unknowing, "other" + beyond);
                    refuses(knowing, "is not the one");
                    assertThat(looking.status().reachable()).isFalse();
                }
                assertThat(unknowing.view(ClientRow.class).all())
                        .extracting(ClientRow::name)
                        .containsExactly("kept", "other0", "other1", "other2");
            }
        }
    }

    private static void refuses(Database database, String sign) {
        failsWith(DatabaseError.UNREACHABLE, () -> addClient(database, "refused"));
        failsWith(DatabaseError.UNREACHABLE, () -> database.read(tx -> tx.list(ClientRow.class)));
        failsWith(DatabaseError.UNREACHABLE, database::archive);
        assertThat(database.status().trouble())
                .hasValueSatisfying(why -> assertThat(why).contains(sign));
    }

    /** The state that was missing comes back, for example with the server that has it. */
    static void isTakenAgainWhenItHasAll(Function<Tuning, Database> opening, Consumer<String> sql) {
        try (Database mine = opening.apply(OFTEN)) {
            addClient(mine, "first");
            addClient(mine, "second");
            sql.accept("UPDATE counter SET value = value - 1 WHERE name = 'revision'");
            await().atMost(SOON).until(() -> !mine.status().reachable());

            sql.accept("UPDATE counter SET value = value + 1 WHERE name = 'revision'");
            await().atMost(SOON).until(() -> mine.status().reachable());
            addClient(mine, "third");
            assertThat(mine.view(ClientRow.class).all())
                    .extracting(ClientRow::name)
                    .containsExactly("first", "second", "third");
        }
    }
}
