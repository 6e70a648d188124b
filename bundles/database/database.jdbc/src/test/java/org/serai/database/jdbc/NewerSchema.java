package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.serai.database.jdbc.DatabaseSuite.SOON;
import static org.serai.database.jdbc.DatabaseSuite.addClient;
import static org.serai.database.jdbc.DatabaseSuite.failsWith;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;

/** What becomes of nodes that run while one of a newer version brings the schema forward. */
final class NewerSchema {
    private static final Tuning SELDOM = new Tuning(1_000, 3_600_000, 10_000, 30_000, 2);
    private static final Tuning OFTEN = new Tuning(1_000, 50, 10_000, 30_000, 2);
    private static final Tuning SHORT_LOG = new Tuning(3, 3_600_000, 10_000, 30_000, 2);

    private NewerSchema() {}

    /** The scripts of a version to come. */
    private static List<String> next() {
        List<String> scripts = new ArrayList<>(Schema.bundled());
        scripts.add("CREATE TABLE later (id INTEGER PRIMARY KEY);");
        return scripts;
    }

    /** @param opening opens the same database as a node of a version with these scripts */
    static void isNotWrittenByOlderNodesThatRun(BiFunction<Tuning, List<String>, Database> opening) {
        try (Database writing = opening.apply(SELDOM, Schema.bundled());
                Database looking = opening.apply(OFTEN, Schema.bundled());
                Database away = opening.apply(SELDOM, Schema.bundled())) {
            ClientRow first = addClient(writing, "first");
            View<ClientRow> view = writing.view(ClientRow.class);
            await().atMost(SOON).until(() -> looking.revision() == writing.revision());
            try (Database newer = opening.apply(SHORT_LOG, next())) {
                failsWith(DatabaseError.NEWER_SCHEMA, () -> addClient(writing, "second"));
                failsWith(DatabaseError.NEWER_SCHEMA, () -> writing.read(tx -> tx.list(ClientRow.class)));
                assertThat(writing.status().reachable()).isFalse();
                assertThat(writing.status().trouble().orElseThrow())
                        .contains("version " + next().size(), "up to " + (next().size() - 1));
                assertThat(view.all()).containsExactly(first);

                await().atMost(SOON).until(() -> !looking.status().reachable());
                failsWith(DatabaseError.NEWER_SCHEMA, () -> looking.read(tx -> tx.list(ClientRow.class)));

                for (int i = 0; i < 10; i++) {
                    addClient(newer, "newer" + i);
                }
                failsWith(DatabaseError.NEWER_SCHEMA, () -> addClient(away, "third"));
                assertThat(newer.view(ClientRow.class).all())
                        .extracting(ClientRow::name)
                        .hasSize(11)
                        .doesNotContain("second", "third");
                assertThat(newer.status().trouble()).isEmpty();
            }
        }
    }
}
