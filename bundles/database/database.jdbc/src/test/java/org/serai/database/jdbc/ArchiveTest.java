package org.serai.database.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.serai.database.jdbc.DatabaseSuite.failsWith;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.osgi.PGDataSourceFactory;
import org.serai.database.Archive;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.database.jdbc.Tables.ClientRow;
import org.serai.database.jdbc.Tables.OwnershipRow;
import org.serai.testkit.PostgresServer;

/** An archive of one product restored in another one, of every version of the schema, and what is refused or cut off. */
class ArchiveTest {
    private static final String SECRET = "archived";
    private static final String NODE = "00000000-0000-4000-8000-000000000001";
    private static final List<String> OF_VERSION_1 = List.of(
            "UPDATE counter SET value = 41 WHERE name = 'revision'",
            "INSERT INTO counter (name, value) VALUES ('client', 7)",
            "INSERT INTO client VALUES (7, 'acme Ltd. \u00e9\u4e16')",
            "INSERT INTO pool VALUES ('P', 'p', 'extent', 0, 'online')",
            "INSERT INTO pv VALUES ('V', 'P', 4, '/v', 9007199254740993)",
            "INSERT INTO lu VALUES ('A', 'a', 'P', 7, 'data', 512, FALSE, 'online')",
            "INSERT INTO lu VALUES ('B', 'b', 'P', 7, 'data', 512, TRUE, 'online')",
            "INSERT INTO node VALUES ('" + NODE + "', 'n', 0, 'I', 'f', 's', 't', 'm', 'dmi', '', '')",
            "INSERT INTO lu_export VALUES ('E', 'A', '" + NODE + "', 'iqn', NULL, NULL, NULL)",
            "INSERT INTO lpar VALUES ('L', 'l', 7, 'running', NULL, 3, 'h', 'a', 1, 1, 'k', '', 'i', '', '')",
            "INSERT INTO ownership VALUES ('lu:A', '" + NODE + "', '" + NODE + "', 5, 'x')",
            "INSERT INTO ownership VALUES ('lu:B', NULL, NULL, 6, '')");

    private static PostgresServer server;
    private static int databases;

    @TempDir
    Path directory;

    /** The products. */
    enum Product {
        SQLITE,
        POSTGRES
    }

    @BeforeAll
    static void startServer() throws Exception {
        server = new PostgresServer(SECRET);
    }

    @AfterAll
    static void endServer() throws Exception {
        server.close();
    }

    private static JdbcEngine engine(Product product) {
        return product == Product.SQLITE
                ? Unhurried.embedded()
                : new JdbcEngine(Map.of(PostgresDialect.DRIVER, new PGDataSourceFactory()), Unhurried.TUNING);
    }

    private static Map<String, String> access(Product product) {
        return product == Product.SQLITE ? Map.of() : Map.of("user", PostgresServer.USER, "password", SECRET);
    }

    /** A place for a database of which nothing is there. */
    private String place(Product product) throws Exception {
        String name = "archived" + databases++;
        if (product == Product.SQLITE) {
            return "embedded:" + directory.resolve(name);
        }
        execute(Product.POSTGRES, server.url("postgres"), List.of("CREATE DATABASE " + name));
        return server.url(name);
    }

    private static Dialect dialect(Product product, String url) {
        return product == Product.SQLITE
                ? new SqliteDialect(url, 60_000)
                : new PostgresDialect(url, access(product), 60_000);
    }

    private static Connection connect(Product product, String url) throws SQLException {
        Dialect dialect = dialect(product, url);
        dialect.beforeOpening();
        return product == Product.SQLITE
                ? new SqliteDataSourceFactory()
                        .createDataSource(dialect.opening())
                        .getConnection()
                : new PGDataSourceFactory()
                        .createDataSource(patient(dialect.opening()))
                        .getConnection();
    }

    private static Properties patient(Properties settings) {
        settings.setProperty("loginTimeout", "60");
        return settings;
    }

    private static void execute(Product product, String url, List<String> statements) throws SQLException {
        try (Connection connection = connect(product, url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A database that was made by the first version, filled, and brought to a later one by the nodes that followed. */
    private String old(Product product, int version) throws Exception {
        String url = place(product);
        try (Connection connection = connect(product, url)) {
            new Schema(dialect(product, url), Schema.bundled().subList(0, 1)).migrate(connection);
        }
        execute(product, url, OF_VERSION_1);
        try (Connection connection = connect(product, url)) {
            new Schema(dialect(product, url), Schema.bundled().subList(0, version)).migrate(connection);
        }
        return url;
    }

    private static Archive archive(Product product, String url) throws SQLException {
        Dialect dialect = dialect(product, url);
        try (Connection connection = connect(product, url)) {
            dialect.beginRead(connection);
            Archive archive = Archiving.archive(connection);
            dialect.rollback(connection);
            return archive;
        }
    }

    private static Archive opened(Product product, String url) {
        try (Database database = engine(product).open(url, access(product))) {
            return database.archive();
        }
    }

    private static Product other(Product product) {
        return product == Product.SQLITE ? Product.POSTGRES : Product.SQLITE;
    }

    private static List<Archive.Content> withoutCounters(Archive archive) {
        return archive.tables().stream()
                .filter(table -> !table.table().equals("counter"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void anArchiveOfEveryVersionIsRestoredInTheOtherProductAsIfItHadBeenMigratedInPlace(Product product)
            throws Exception {
        Archive migrated = opened(product, old(product, 1));
        assertThat(migrated.schema()).isEqualTo(Schema.bundled().size());
        for (int version = 1; version <= Schema.bundled().size(); version++) {
            Archive archive = archive(product, old(product, version));
            assertThat(archive.schema()).isEqualTo(version);
            // Nodes that run are told of a migration by a revision.
            assertThat(archive.revision()).isEqualTo(version == 1 ? 41 : 42);
            String url = place(other(product));
            engine(other(product)).restore(url, access(other(product)), archive, _ -> {});
            Archive restored = opened(other(product), url);
            assertThat(withoutMoments(restored)).as("version %s", version).isEqualTo(withoutMoments(migrated));
            assertThat(restored.schema()).isEqualTo(Schema.bundled().size());
            assertThat(restored.revision()).isGreaterThan(1L << 32);
        }
    }

    /** Without what the database's clock has written. */
    private static List<Archive.Content> withoutMoments(Archive archive) {
        return withoutCounters(archive).stream()
                .filter(table -> !table.columns().contains("at"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void rowsThatReferToEachOtherAcrossTablesAreRestored(Product product) throws Exception {
        String url = old(product, Schema.bundled().size());
        execute(
                product,
                url,
                List.of(
                        "INSERT INTO lu_snapshot VALUES ('S', 'B', 's', 'set', 1, 512, 'online')",
                        "UPDATE lu SET origin = 'S' WHERE id = 'A'",
                        "INSERT INTO paging VALUES ('B', 'P')"));
        Archive archive = archive(product, url);
        String again = place(product);
        engine(product).restore(again, access(product), archive, _ -> {});
        assertThat(withoutCounters(opened(product, again))).isEqualTo(withoutCounters(archive));
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void whatIsRestoredIsAdjustedInTheSameTransactionAndGoesOnFromThere(Product product) throws Exception {
        Archive archive = archive(product, old(product, 3));
        String url = place(product);
        // A node that looks for its cluster has made an empty schema of this version there.
        engine(product).open(url, access(product)).close();

        assertThatThrownBy(() -> engine(product).restore(url, access(product), archive, transaction -> {
                    raise(transaction);
                    throw new IllegalStateException("as the test wants it");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(opened(product, url).rows()).as("only the counter").isEqualTo(1);

        engine(product).restore(url, access(product), archive, ArchiveTest::raise);
        try (Database database = engine(product).open(url, access(product))) {
            assertThat(database.view(OwnershipRow.class)
                            .get("lu:A")
                            .orElseThrow()
                            .epoch())
                    .isEqualTo(105);
            ClientRow client = database.write(tx -> tx.insert(new ClientRow(tx.next("client"), "next")));
            assertThat(client.id()).isEqualTo(8);
            assertThat(database.view(ClientRow.class).all())
                    .extracting(ClientRow::name)
                    .containsExactly("acme Ltd. \u00e9\u4e16", "next");
        }
        failsWith(
                DatabaseError.NOT_EMPTY,
                () -> engine(product).restore(url, access(product), archive, ArchiveTest::raise));
    }

    private static void raise(Transaction transaction) {
        OwnershipRow row = transaction.get(OwnershipRow.class, "lu:A").orElseThrow();
        transaction.update(new OwnershipRow(row.object(), Optional.empty(), Optional.empty(), row.epoch() + 100, ""));
    }

    @Test
    void anArchiveThatDoesNotFitIsRefused() throws Exception {
        Archive archive = archive(Product.SQLITE, old(Product.SQLITE, 2));
        String url = place(Product.SQLITE);
        JdbcEngine engine = engine(Product.SQLITE);
        Archive newer = new Archive(99, 1, archive.tables());
        failsWith(DatabaseError.NEWER_SCHEMA, () -> engine.restore(url, Map.of(), newer, _ -> {}));
        Archive claiming = new Archive(1, 1, archive.tables());
        failsWith(DatabaseError.BAD_ARCHIVE, () -> engine.restore(url, Map.of(), claiming, _ -> {}));
        Archive odd = new Archive(
                1,
                1,
                List.of(new Archive.Content(
                        "client", List.of("id", "name"), List.of(List.of(Optional.of("seven"), Optional.of("acme"))))));
        failsWith(DatabaseError.BAD_ARCHIVE, () -> engine.restore(url, Map.of(), odd, _ -> {}));
    }

    @Test
    void aProcessThatIsKilledBeforeTheCommitLeavesNothing() throws Exception {
        String from = old(Product.SQLITE, Schema.bundled().size());
        String to = place(Product.SQLITE);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestoredThenKilled.class.getName(),
                        from,
                        to)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isEqualTo(137);
        assertThat(Files.exists(Path.of(to.substring("embedded:".length())))).isTrue();
        assertThat(opened(Product.SQLITE, to).rows()).as("only the counter").isEqualTo(1);
        Archive archive = opened(Product.SQLITE, from);
        engine(Product.SQLITE).restore(to, Map.of(), archive, _ -> {});
        assertThat(opened(Product.SQLITE, to).rows()).isEqualTo(archive.rows());
    }
}
