package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.database.jdbc.Tables.ClientRow;

class SqliteDatabaseTest extends DatabaseSuite {
    @TempDir
    Path directory;

    @Override
    Database open(Tuning tuning) {
        return engine(tuning).open(url(), Map.of());
    }

    private String url() {
        return "embedded:" + directory.resolve("db");
    }

    private static JdbcEngine engine(Tuning tuning) {
        return engine(tuning, Schema.bundled());
    }

    private static JdbcEngine engine(Tuning tuning, List<String> scripts) {
        return new JdbcEngine(
                Map.of(SqliteDataSourceFactory.DRIVER, new SqliteDataSourceFactory()),
                tuning,
                new RealWorkings(),
                scripts);
    }

    @Test
    void aNewerSchemaIsNotWrittenByOlderNodesThatRun() {
        NewerSchema.isNotWrittenByOlderNodesThatRun(
                (tuning, scripts) -> engine(tuning, scripts).open(url(), Map.of()));
    }

    @Test
    void aDatabaseThatHasGoneBackIsRefusedByNodesThatKnowMore() {
        GoneBack.isRefusedByNodesThatKnowMore(this::open, this::execute);
    }

    @Test
    void whoStartsAgainRefusesADatabaseThatHasGoneBackBehindWhatItHadSeen() {
        addClient(database, "kept");
        String seen = database.seen();
        addClient(database, "lost");
        String last = database.seen();
        execute("DELETE FROM client WHERE name = 'lost'");
        execute("DELETE FROM change_log WHERE revision = 2");
        execute("UPDATE counter SET value = 1 WHERE name = 'revision'");

        JdbcEngine engine = engine(Unhurried.TUNING);
        failsWith(DatabaseError.UNREACHABLE, () -> engine.open(url(), Map.of(), Optional.of(last)));
        try (Database same = engine.open(url(), Map.of(), Optional.of(seen))) {
            addClient(same, "other");
            assertThat(same.seen()).startsWith("2 ").isNotEqualTo(last);
        }
        failsWith(DatabaseError.UNREACHABLE, () -> engine.open(url(), Map.of(), Optional.of(last)));
    }

    @Test
    void aDatabaseThatHadGoneBackIsTakenAgainWhenItHasAll() {
        GoneBack.isTakenAgainWhenItHasAll(this::open, this::execute);
    }

    private void execute(String sql) {
        Properties properties = new SqliteDialect(url(), 10_000).opening();
        try (Connection connection = new SqliteDataSourceFactory()
                        .createDataSource(properties)
                        .getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Test
    void anotherProcessThatHoldsTheLockForTooLongIsNamed() throws Exception {
        Database hasty = another(new Tuning(100, 3_600_000, 200, 30_000, 2));
        View<ClientRow> view = hasty.view(ClientRow.class);
        ClientRow row = addClient(hasty, "a");
        Properties properties = new SqliteDialect(url(), 100).opening();
        try (Connection blocker = new SqliteDataSourceFactory()
                        .createDataSource(properties)
                        .getConnection();
                Statement statement = blocker.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            failsWith(DatabaseError.UNREACHABLE, () -> addClient(hasty, "b"));
            assertThat(view.all()).containsExactly(row);
            statement.execute("ROLLBACK");
        }
        addClient(hasty, "b");
    }

    @Test
    void aVanishedFileIsNoticedAndNeverMadeAnew() throws Exception {
        Database mine = another(new Tuning(100, 50, 10_000, 30_000, 2));
        View<ClientRow> view = mine.view(ClientRow.class);
        ClientRow row = addClient(mine, "a");
        Path file = directory.resolve("db").resolve(SqliteDialect.FILE);
        Path away = directory.resolve("away");
        Files.move(file, away);

        failsWith(DatabaseError.UNREACHABLE, () -> addClient(mine, "b"));
        assertThat(file).doesNotExist();
        assertThat(view.all()).containsExactly(row);
        await().atMost(SOON).until(() -> !mine.status().reachable());

        Files.move(away, file);
        await().atMost(SOON).until(() -> mine.status().reachable());
        addClient(mine, "b");
    }

    @Test
    void anOlderNodeRefusesANewerSchema() throws Exception {
        Properties properties = new SqliteDialect(url(), 100).opening();
        try (Connection newer = new SqliteDataSourceFactory()
                        .createDataSource(properties)
                        .getConnection();
                Statement statement = newer.createStatement()) {
            statement.execute("UPDATE schema_version SET version = 99");
        }
        failsWith(DatabaseError.NEWER_SCHEMA, () -> another(Unhurried.TUNING));
    }

    @Test
    void aPoolOfTheFirstVersionGetsADefaultDiskGroupAndTierWithItsLus() throws Exception {
        String old = "embedded:" + Files.createDirectory(directory.resolve("old"));
        SqliteDialect dialect = new SqliteDialect(old, 100);
        try (Connection connection = new SqliteDataSourceFactory()
                        .createDataSource(dialect.opening())
                        .getConnection();
                Statement statement = connection.createStatement()) {
            new Schema(dialect, Schema.bundled().subList(0, 1)).migrate(connection);
            statement.execute("INSERT INTO client VALUES (1, 'acme')");
            statement.execute("INSERT INTO pool VALUES ('P', 'p', 'extent', 0, 'online')");
            statement.execute("INSERT INTO pv VALUES ('V', 'P', 4, '/v', 1)");
            statement.execute("INSERT INTO lu VALUES ('L', 'l', 'P', 1, 'data', 512, FALSE, 'online')");
        }
        engine(Unhurried.TUNING).open(old, Map.of()).close();
        try (Connection connection = new SqliteDataSourceFactory()
                        .createDataSource(dialect.opening())
                        .getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT g.name, t.name, t.pvs, p.next_position FROM lu"
                        + " JOIN tier t ON lu.tier = t.id JOIN disk_group g ON t.disk_group = g.id"
                        + " JOIN pool p ON g.pool = p.id WHERE lu.id = 'L'")) {
            assertThat(row.next()).isTrue();
            assertThat(List.of(row.getString(1), row.getString(2), row.getString(3), row.getInt(4)))
                    .containsExactly("default", "default", "*", 5);
        }
    }

    @Test
    void urlsThatCannotBeAreRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        JdbcEngine engine = engine(Unhurried.TUNING);
        failsWith(DatabaseError.BAD_SETTINGS, () -> engine.open("embedded:", Map.of()));
        failsWith(DatabaseError.BAD_SETTINGS, () -> engine.open("mysql://x", Map.of()));
        failsWith(DatabaseError.BAD_SETTINGS, () -> engine.open("embedded:" + file.resolve("x"), Map.of()));
        failsWith(DatabaseError.UNREACHABLE, () -> engine.open("jdbc:postgresql://127.0.0.1:1/x", Map.of()));
        assertThat(engine.accepts("embedded:/x")).isTrue();
        assertThat(engine.accepts("jdbc:postgresql://h/x")).isTrue();
        assertThat(engine.accepts("jdbc:mysql://h/x")).isFalse();
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws Exception {
        Path bad = Files.createDirectory(directory.resolve("bad"));
        Files.writeString(bad.resolve(SqliteDialect.FILE), "this is no database at all, ".repeat(100));
        failsWith(DatabaseError.ENGINE, () -> engine(Unhurried.TUNING).open("embedded:" + bad, Map.of()));
    }

    @Test
    void theNativeLibraryOfAKilledProcessIsCleanedAway() throws Exception {
        String before = System.getProperty("org.sqlite.tmpdir");
        try {
            Path folder = directory.resolve("tmp");
            Files.createDirectories(folder);
            Path left = Files.writeString(folder.resolve("sqlite-3.0-left-libsqlitejdbc.so"), "x");
            SqliteDataSourceFactory.extractTo(folder);
            assertThat(left).doesNotExist();
            assertThat(System.getProperty("org.sqlite.tmpdir")).isEqualTo(folder.toString());
        } finally {
            if (before == null) {
                System.clearProperty("org.sqlite.tmpdir");
            } else {
                System.setProperty("org.sqlite.tmpdir", before);
            }
        }
    }
}
