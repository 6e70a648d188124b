package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.database.Change;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.RowChange;
import org.serai.database.RowObserver;
import org.serai.database.Transaction;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;
import org.serai.database.jdbc.Tables.LuRow;
import org.serai.database.jdbc.Tables.NodeRow;
import org.serai.database.jdbc.Tables.OwnershipRow;
import org.serai.database.jdbc.Tables.PoolRow;
import org.serai.ffdc.SeraiException;

/** What the VIOS DB owes to its callers, whatever product it lies in. */
abstract class DatabaseSuite {
    static final Duration SOON = Duration.ofSeconds(60);

    private final List<Database> opened = new ArrayList<>();
    Database database;

    /** Opens the same, at first empty, database once more, as another node would. */
    abstract Database open(Tuning tuning);

    @BeforeEach
    void openFirst() {
        database = another(Unhurried.TUNING);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Database::close);
    }

    final Database another(Tuning tuning) {
        Database next = open(tuning);
        opened.add(next);
        return next;
    }

    static void failsWith(DatabaseError code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    static ClientRow addClient(Database to, String name) {
        return to.write(tx -> tx.insert(new ClientRow(tx.next("client"), name)));
    }

    @Test
    void aRowComesBackAsItWasWritten() {
        NodeRow node = database.write(tx -> tx.insert(NodeRow.named("a", 1)));
        OwnershipRow held = new OwnershipRow(
                "lu:1", Optional.of(node.id()), Optional.of(node.incarnation()), Long.MAX_VALUE, "lu:open 'x'; --");
        OwnershipRow free = new OwnershipRow("lu:2", Optional.empty(), Optional.empty(), 0, "");
        database.write(tx -> List.of(tx.insert(held), tx.insert(free)));

        assertThat(database.<Optional<NodeRow>>read(tx -> tx.get(NodeRow.class, node.id())))
                .contains(node);
        assertThat(database.<List<OwnershipRow>>read(tx -> tx.list(OwnershipRow.class)))
                .containsExactly(held, free);
        assertThat(database.<List<OwnershipRow>>read(tx -> tx.list(OwnershipRow.class, "holder", node.id())))
                .containsExactly(held);
    }

    @Test
    void truthValuesAndReferencesHold() {
        ClientRow client = addClient(database, "acme");
        PoolRow pool =
                database.write(tx -> tx.insert(new PoolRow(UUID.randomUUID(), "p", "extent", 1 << 20, "online")));
        LuRow lu = new LuRow(UUID.randomUUID(), "lu", pool.id(), client.id(), "data", 1L << 40, true, "online");
        database.write(tx -> tx.insert(lu));

        assertThat(database.view(LuRow.class).get(lu.id())).contains(lu);
        failsWith(
                DatabaseError.REFERENCE,
                () -> database.write(tx -> {
                    tx.delete(PoolRow.class, pool.id());
                    return null;
                }));
        failsWith(
                DatabaseError.REFERENCE,
                () -> database.write(tx -> tx.insert(new LuRow(
                        UUID.randomUUID(), "x", UUID.randomUUID(), client.id(), "data", 1, false, "online"))));
    }

    @Test
    void aTakenValueIsAConflictAndNothingOfTheTransactionStays() {
        addClient(database, "acme");
        long revision = database.revision();

        failsWith(
                DatabaseError.CONFLICT,
                () -> database.write(tx -> {
                    tx.insert(new ClientRow(77, "other"));
                    return tx.insert(new ClientRow(78, "acme"));
                }));

        assertThat(database.<List<ClientRow>>read(tx -> tx.list(ClientRow.class)))
                .hasSize(1);
        assertThat(database.revision()).isEqualTo(revision);
        addClient(database, "next");
        assertThat(database.revision()).isEqualTo(revision + 1);
    }

    @Test
    void aSwallowedFailureStillUndoesTheTransaction() {
        addClient(database, "acme");

        failsWith(
                DatabaseError.CONFLICT,
                () -> database.write(tx -> {
                    tx.insert(new ClientRow(77, "other"));
                    assertThatThrownBy(() -> tx.insert(new ClientRow(78, "acme")))
                            .isInstanceOf(SeraiException.class);
                    return true;
                }));

        assertThat(database.view(ClientRow.class).all()).hasSize(1);
    }

    @Test
    void aMissingRowCannotBeChangedOrDeleted() {
        failsWith(DatabaseError.NO_SUCH_ROW, () -> database.write(tx -> tx.update(new ClientRow(5, "x"))));
        failsWith(
                DatabaseError.NO_SUCH_ROW,
                () -> database.write(tx -> {
                    tx.delete(ClientRow.class, 5L);
                    return null;
                }));
    }

    @Test
    void aWorkThatThrowsLeavesNothing() {
        assertThatThrownBy(() -> database.write(tx -> {
                    tx.insert(new ClientRow(1, "x"));
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no");
        assertThat(database.<List<ClientRow>>read(tx -> tx.list(ClientRow.class)))
                .isEmpty();
    }

    @Test
    void aTransactionIsUsedOnlyWhileItLastsAndReadingChangesNothing() {
        var kept = new ArrayList<org.serai.database.Transaction>();
        database.write(tx -> kept.add(tx));

        assertThatThrownBy(() -> kept.getFirst().list(ClientRow.class)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> database.read(tx -> tx.insert(new ClientRow(1, "x"))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> database.write(tx -> database.write(_ -> 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void countersRiseAndAreNeverGivenTwice() {
        assertThat(addClient(database, "a").id()).isEqualTo(1);
        database.write(tx -> {
            tx.delete(ClientRow.class, 1);
            return null;
        });
        assertThat(addClient(database, "b").id()).isEqualTo(2);
    }

    @Test
    void aViewHasAWriteWhenItIsAcknowledged() {
        View<ClientRow> view = database.view(ClientRow.class);
        for (int i = 0; i < 20; i++) {
            ClientRow row = addClient(database, "c" + i);
            assertThat(view.get(row.id())).contains(row);
        }
        database.write(tx -> {
            tx.delete(ClientRow.class, 3);
            return tx.update(new ClientRow(4, "renamed"));
        });
        assertThat(view.get(3L)).isEmpty();
        assertThat(view.get(4)).contains(new ClientRow(4, "renamed"));
        assertThat(view.all())
                .extracting(ClientRow::id)
                .doesNotContain(3L)
                .isSorted()
                .hasSize(19);
    }

    @Test
    void anotherNodeSeesAWriteByAHintAtOnce() {
        Database other = another(new Tuning(1_000, 3_600_000, 10_000, 30_000, 2));
        View<ClientRow> there = other.view(ClientRow.class);
        ClientRow row = addClient(database, "acme");
        assertThat(there.all()).isEmpty();

        other.catchUp(database.revision());

        assertThat(there.all()).containsExactly(row);
        assertThat(other.revision()).isEqualTo(database.revision());
    }

    @Test
    void anotherNodeSeesAWriteWithoutAnyHint() {
        Database other = another(new Tuning(1_000, 50, 10_000, 30_000, 2));
        View<ClientRow> there = other.view(ClientRow.class);
        ClientRow row = addClient(database, "acme");
        await().atMost(SOON).until(() -> there.get(row.id()).isPresent());
    }

    @Test
    void aWriteBringsWhatOthersWroteBeforeItIntoTheView() {
        Database other = another(new Tuning(1_000, 3_600_000, 10_000, 30_000, 2));
        View<ClientRow> there = other.view(ClientRow.class);
        addClient(database, "a");
        addClient(database, "b");
        addClient(other, "c");
        assertThat(there.all()).extracting(ClientRow::name).containsExactly("a", "b", "c");
    }

    @Test
    void listenersAreToldEachCommitInOrderAfterTheViewHasIt() {
        Database other = another(new Tuning(1_000, 50, 10_000, 30_000, 2));
        View<NodeRow> view = other.view(NodeRow.class);
        List<Long> revisions = Collections.synchronizedList(new ArrayList<>());
        List<Change> changes = Collections.synchronizedList(new ArrayList<>());
        List<String> missing = Collections.synchronizedList(new ArrayList<>());
        other.onChange((revision, made) -> {
            revisions.add(revision);
            changes.addAll(made);
            made.stream()
                    .filter(change -> view.get(change.key()).isEmpty())
                    .forEach(change -> missing.add(change.key()));
        });
        long before = other.revision();
        for (int i = 0; i < 10; i++) {
            int slot = i;
            (i % 2 == 0 ? database : other).write(tx -> tx.insert(NodeRow.named("n" + slot, slot)));
        }

        await().atMost(SOON).until(() -> changes.size() == 10);
        assertThat(revisions).hasSize(10).isSorted().startsWith(before + 1);
        assertThat(missing).isEmpty();
        assertThat(changes).allSatisfy(change -> assertThat(change.table()).isEqualTo("node"));
    }

    @Test
    void aListenerThatFailsOrIsGoneHarmsNobody() {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        List<Long> gone = Collections.synchronizedList(new ArrayList<>());
        database.onChange((_, _) -> {
            throw new IllegalStateException("listener");
        });
        database.onChange((revision, _) -> gone.add(revision)).close();
        database.onChange((revision, _) -> heard.add(revision));
        addClient(database, "a");
        await().atMost(SOON).until(() -> heard.size() == 1);
        assertThat(gone).isEmpty();
    }

    @Test
    void aViewThatIsBehindTheTrimmedLogIsReadAnew() {
        Tuning shortLog = new Tuning(5, 3_600_000, 10_000, 30_000, 2);
        Database writer = another(shortLog);
        Database sleeper = another(shortLog);
        View<ClientRow> view = sleeper.view(ClientRow.class);
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        sleeper.onChange((_, changes) -> sizes.add(changes.size()));
        for (int i = 0; i < 23; i++) {
            addClient(writer, "c" + i);
        }
        sleeper.catchUp(writer.revision());

        assertThat(view.all()).hasSize(23);
        await().atMost(SOON).until(() -> sizes.equals(List.of(0)));
    }

    @Test
    void writersOfTwoNodesNeverLoseAnUpdate() throws Exception {
        Database other = another(Unhurried.TUNING);
        NodeRow row = database.write(tx -> tx.insert(NodeRow.named("n", 0).at("0")));
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                Database mine = thread % 2 == 0 ? database : other;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        mine.write(tx -> {
                            NodeRow now = tx.get(NodeRow.class, row.id()).orElseThrow();
                            return tx.update(now.at(Integer.toString(Integer.parseInt(now.transportAddress()) + 1)));
                        });
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        other.catchUp(Long.MAX_VALUE);
        database.catchUp(Long.MAX_VALUE);
        assertThat(database.view(NodeRow.class).get(row.id()).orElseThrow().transportAddress())
                .isEqualTo("150");
        assertThat(other.view(NodeRow.class).get(row.id()).orElseThrow().transportAddress())
                .isEqualTo("150");
        assertThat(database.revision()).isEqualTo(151);
    }

    @Test
    void theStatusNamesProductAndPlaceWithoutASecret() {
        addClient(database, "a");
        Database.Status status = database.status();
        assertThat(status.reachable()).isTrue();
        assertThat(status.revision()).isEqualTo(1);
        assertThat(status.engine()).matches("(SQLite|PostgreSQL) [0-9]+\\..*");
        assertThat(status.toString()).doesNotContain(SECRET);
    }

    static final String SECRET = "s3cret-word";

    @Test
    void aClosedDatabaseSaysSo() {
        Database closed = another(Unhurried.TUNING);
        closed.close();
        failsWith(DatabaseError.UNREACHABLE, () -> closed.write(_ -> 1));
    }

    @Test
    void rowsAfterANumberComeInItsOrderAndNoMoreThanAsked() {
        IntStream.range(0, 12).forEach(i -> addClient(database, "client-" + i));
        assertThat(database.<List<ClientRow>>read(tx -> tx.after(ClientRow.class, 8, 3)))
                .extracting(ClientRow::id)
                .containsExactly(9L, 10L, 11L);
    }

    @Test
    void anObserverWritesAlongAndSeesTheWholeRowBeforeAndAfter() {
        List<RowChange> told = new ArrayList<>();
        try (var _ = database.alongside(observer((tx, change) -> {
            told.add(change);
            tx.next("told");
        }))) {
            ClientRow made = addClient(database, "acme");
            database.write(tx -> tx.update(new ClientRow(made.id(), "zenith")));
            database.write(tx -> {
                tx.delete(ClientRow.class, made.id());
                return made;
            });
        }
        addClient(database, "unseen");
        assertThat(told)
                .extracting(
                        change -> change.before().map(row -> row.get("name")).orElse("-") + ">"
                                + change.after().map(row -> row.get("name")).orElse("-"))
                .containsExactly("->acme", "acme>zenith", "zenith>-");
        assertThat(database.<Long>write(tx -> tx.next("told"))).isEqualTo(4);
    }

    @Test
    void anObserverThatFailsUndoesWhatItObserved() {
        try (var _ = database.alongside(observer((tx, change) -> {
            throw new IllegalStateException("as the test wants it");
        }))) {
            assertThatThrownBy(() -> addClient(database, "acme")).isInstanceOf(IllegalStateException.class);
        }
        assertThat(database.view(ClientRow.class).all()).isEmpty();
    }

    private static RowObserver observer(BiConsumer<Transaction, RowChange> changed) {
        return new RowObserver() {
            @Override
            public boolean observes(String table) {
                return table.equals("client");
            }

            @Override
            public void changed(Transaction transaction, RowChange change) {
                changed.accept(transaction, change);
            }
        };
    }
}
