package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.database.Database;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;
import org.serai.database.jdbc.Tables.PoolRow;

/** Several views as of one revision. */
class SteadyTest {
    private static final int COMMITS = 300;

    @TempDir
    private Path directory;

    private Database database;

    @BeforeEach
    void open() {
        database = Unhurried.embedded().open("embedded:" + directory.resolve("db"), Map.of());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void addBoth(int number) {
        database.write(tx -> {
            tx.insert(new ClientRow(number, "client" + number));
            return tx.insert(new PoolRow(new UUID(0, number), "pool" + number, "extent", 4096, "online"));
        });
    }

    @Test
    void halfOfACommitIsNeverSeen() {
        View<ClientRow> clients = database.view(ClientRow.class);
        View<PoolRow> pools = database.view(PoolRow.class);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= COMMITS; i++) {
                addBoth(i);
            }
        });
        int seen = 0;
        while (!writing.isDone()) {
            Optional<List<Integer>> sizes = database.steady(
                    Integer.MAX_VALUE,
                    () -> List.of(
                            pools.all().size(),
                            clients.all().size(),
                            pools.all().size()));
            assertThat(sizes.orElseThrow()).containsOnly(sizes.get().getFirst());
            seen++;
        }
        writing.join();
        assertThat(seen).isPositive();
        assertThat(clients.all()).hasSize(COMMITS);
    }

    @Test
    void aReadingThatACommitCutsThroughIsDoneAgainAndAtLastGivenUp() {
        View<ClientRow> clients = database.view(ClientRow.class);
        AtomicInteger reads = new AtomicInteger();
        Optional<Integer> second = database.steady(5, () -> {
            int before = clients.all().size();
            if (reads.incrementAndGet() == 1) {
                addBoth(1);
            }
            return before;
        });
        assertThat(second).contains(1);
        assertThat(reads).hasValue(2);

        AtomicInteger more = new AtomicInteger(1);
        assertThat(database.steady(3, () -> {
                    addBoth(more.incrementAndGet());
                    return clients.all().size();
                }))
                .isEmpty();
        assertThat(more).hasValue(4);
    }
}
