package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.service.jdbc.DataSourceFactory;
import org.postgresql.osgi.PGDataSourceFactory;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;
import org.serai.testkit.PostgresServer;

class PostgresDatabaseTest extends DatabaseSuite {
    private static final DataSourceFactory FACTORY = new PGDataSourceFactory();
    private static final Map<String, String> ACCOUNT =
            Map.of("user", PostgresServer.USER, "password", SECRET, "loginTimeout", "60");
    private static PostgresServer server;
    private static int databases;

    private String name = "";

    @BeforeAll
    static void startServer() throws Exception {
        server = new PostgresServer(SECRET);
    }

    @AfterAll
    static void endServer() throws Exception {
        server.close();
    }

    @Override
    Database open(Tuning tuning) {
        if (name.isEmpty()) {
            name = "vios" + databases++;
            create(name);
        }
        return engine(tuning).open(server.url(name), ACCOUNT);
    }

    private static JdbcEngine engine(Tuning tuning) {
        return engine(tuning, Schema.bundled());
    }

    private static JdbcEngine engine(Tuning tuning, List<String> scripts) {
        return new JdbcEngine(Map.of(PostgresDialect.DRIVER, FACTORY), tuning, new RealWorkings(), scripts);
    }

    @Test
    void aNewerSchemaIsNotWrittenByOlderNodesThatRun() {
        NewerSchema.isNotWrittenByOlderNodesThatRun(
                (tuning, scripts) -> engine(tuning, scripts).open(server.url(name), ACCOUNT));
    }

    @Test
    void aDatabaseThatHasGoneBackIsRefusedByNodesThatKnowMore() {
        GoneBack.isRefusedByNodesThatKnowMore(this::open, sql -> execute(name, sql));
    }

    @Test
    void aDatabaseThatHadGoneBackIsTakenAgainWhenItHasAll() {
        GoneBack.isTakenAgainWhenItHasAll(this::open, sql -> execute(name, sql));
    }

    private static void create(String name) {
        execute("postgres", "CREATE DATABASE " + name);
    }

    private static void execute(String database, String sql) {
        Properties properties = new PostgresDialect(server.url(database), ACCOUNT, 60_000).opening();
        try (Connection connection = FACTORY.createDataSource(properties).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aServerThatIsAwayStopsWritingAndNotReadingAndComesBackByItself() throws Exception {
        Database mine = another(new Tuning(1_000, 50, 10_000, 5_000, 2));
        View<ClientRow> view = mine.view(ClientRow.class);
        ClientRow row = addClient(mine, "a");
        server.crash();
        try {
            failsWith(DatabaseError.UNREACHABLE, () -> addClient(mine, "b"));
            failsWith(DatabaseError.UNREACHABLE, () -> mine.read(tx -> tx.list(ClientRow.class)));
            assertThat(view.all()).containsExactly(row);
            await().atMost(SOON).until(() -> !mine.status().reachable());
            failsWith(DatabaseError.UNREACHABLE, () -> another(new Tuning(1_000, 50, 500, 500, 2)));
        } finally {
            server.start();
        }
        await().atMost(SOON).until(() -> mine.status().reachable());
        await().atMost(SOON).ignoreExceptions().until(() -> addClient(mine, "b").id() == 2);
        assertThat(view.all()).extracting(ClientRow::name).containsExactly("a", "b");
    }

    @Test
    void aFrozenWriterIsThrownOutAndItsTransactionUndone() throws Exception {
        Database mine = another(new Tuning(1_000, 3_600_000, 1_000, 30_000, 2));
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> addClient(mine, "first").id() == 1);
        Properties properties = new PostgresDialect(server.url(name), ACCOUNT, 60_000).opening();
        try (Connection frozen = FACTORY.createDataSource(properties).getConnection();
                Statement statement = frozen.createStatement()) {
            frozen.setAutoCommit(false);
            ChangeLog.next(frozen, ChangeLog.REVISION);
            failsWith(DatabaseError.UNREACHABLE, () -> addClient(mine, "early"));
            statement.execute("SET idle_in_transaction_session_timeout = 500");
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> addClient(mine, "late").id() == 2);
        }
    }

    @Test
    void oneThatIsSilentWithinATransactionLetsNobodyElseFail() throws Exception {
        Tuning tuning = new Tuning(1_000, 3_600_000, 10_000, 30_000, 2);
        Database silent = another(tuning);
        Database mine = another(tuning);
        CountDownLatch within = new CountDownLatch(1);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        try (ExecutorService host = Executors.newSingleThreadExecutor()) {
            Future<?> lost = host.submit(() -> failsWith(
                    DatabaseError.UNREACHABLE,
                    () -> silent.write(tx -> {
                        within.countDown();
                        goOn.join();
                        return tx.list(ClientRow.class);
                    })));
            assertThat(within.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            try {
                assertThat(addClient(mine, "behind").id()).isEqualTo(1);
            } finally {
                goOn.complete(null);
            }
            lost.get();
        }
    }

    @Test
    void aWrongPasswordOrDatabaseIsToldAtOnce() {
        JdbcEngine engine = engine(Unhurried.TUNING);
        failsWith(
                DatabaseError.BAD_SETTINGS,
                () -> engine.open(server.url("postgres"), Map.of("user", PostgresServer.USER, "password", "wrong")));
        failsWith(DatabaseError.BAD_SETTINGS, () -> engine.open(server.url("nowhere"), ACCOUNT));
    }

    @Test
    void aNodeRefusesANewerSchema() {
        execute(name, "UPDATE schema_version SET version = 99");
        failsWith(DatabaseError.NEWER_SCHEMA, () -> another(Unhurried.TUNING));
    }

    @Test
    void manyNodesMakeTheSchemaAtOnce() throws Exception {
        create("together");
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            Callable<Database> opening = () -> engine(Unhurried.TUNING).open(server.url("together"), ACCOUNT);
            for (Future<Database> each : threads.invokeAll(List.of(opening, opening, opening, opening, opening))) {
                Database opened = each.get();
                addClient(opened, UUID.randomUUID().toString());
                opened.close();
            }
        }
    }
}
