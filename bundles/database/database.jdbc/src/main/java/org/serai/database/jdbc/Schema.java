package org.serai.database.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.serai.database.Change;
import org.serai.database.DatabaseError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema's versions: scripts {@code schema/V001.sql} and on, applied in one transaction, and the row that says how
 * far the database is.
 */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** The table of the one row. */
    static final String TABLE = "schema_version";

    private final Dialect dialect;
    private final List<String> scripts;

    Schema(Dialect dialect, List<String> scripts) {
        this.dialect = dialect;
        this.scripts = List.copyOf(scripts);
    }

    /** The scripts of this version of the platform. */
    static List<String> bundled() {
        List<String> scripts = new ArrayList<>();
        for (Optional<String> next = script(1); next.isPresent(); next = script(scripts.size() + 1)) {
            scripts.add(next.get());
        }
        return scripts;
    }

    private static Optional<String> script(int version) {
        try (InputStream in = Schema.class.getResourceAsStream("/schema/V%03d.sql".formatted(version))) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings the database to this platform's version; {@link DatabaseError#NEWER_SCHEMA} if it is beyond that. */
    void migrate(Connection connection) throws SQLException {
        if (version(connection) == scripts.size()) {
            return;
        }
        dialect.beginWrite(connection);
        try {
            int from = lockedVersion(connection);
            if (from > 0 && from < scripts.size()) {
                tell(connection);
            }
            for (int version = from; version < scripts.size(); version++) {
                apply(connection, scripts.get(version));
            }
            execute(connection, "UPDATE schema_version SET version = " + scripts.size() + " WHERE id = 1");
            dialect.commit(connection);
            LOG.info("Schema of {} brought from version {} to {}", dialect.place(), from, scripts.size());
        } catch (SQLException | RuntimeException e) {
            dialect.rollback(connection);
            throw e;
        }
    }

    /** Nodes that run see this in the change log before they commit anything more, or read anything into their views. */
    private static void tell(Connection connection) throws SQLException {
        long revision = ChangeLog.next(connection, ChangeLog.REVISION);
        ChangeLog.append(connection, List.of(new Change(revision, TABLE, "1", Change.Kind.PUT)), Optional.empty());
    }

    /** Fails if the schema is beyond what this node knows: what newer nodes keep there it would not heed. */
    void verify(Connection connection) throws SQLException {
        checked(read(connection));
    }

    /** The version, read without a lock; 0 if the database is empty. */
    private int version(Connection connection) throws SQLException {
        try (ResultSet tables =
                connection.getMetaData().getTables(null, currentSchema(connection), "schema_version", null)) {
            if (!tables.next()) {
                return 0;
            }
        }
        return checked(read(connection));
    }

    /** The name of the schema in which tables are made, or null where the product has none. */
    static String currentSchema(Connection connection) throws SQLException {
        return connection.getSchema();
    }

    /** Makes the version's row if it is missing, and locks it, so that two nodes never migrate at once. */
    int lockedVersion(Connection connection) throws SQLException {
        try {
            execute(
                    connection,
                    "CREATE TABLE IF NOT EXISTS schema_version (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)");
        } catch (SQLException e) {
            // Two nodes make it at the same instant, and PostgreSQL tells one of them of a taken name.
            if (dialect.failure(e) == Dialect.Failure.CONFLICT) {
                throw new JdbcTransaction.Busy(e);
            }
            throw e;
        }
        execute(connection, "INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING");
        execute(connection, "UPDATE schema_version SET version = version WHERE id = 1");
        return checked(read(connection));
    }

    static int read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version FROM schema_version WHERE id = 1")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private int checked(int version) {
        if (version > scripts.size()) {
            throw DatabaseError.NEWER_SCHEMA.error(
                    "The database " + dialect.place() + " cannot be used by this node",
                    "its schema has version " + version + " and this node knows versions up to " + scripts.size(),
                    "update this node's software");
        }
        return version;
    }

    static void apply(Connection connection, String script) throws SQLException {
        String bare = script.replaceAll("(?m)--.*$", "");
        for (String statement :
                Arrays.stream(bare.split(";")).map(String::strip).toList()) {
            if (!statement.isEmpty()) {
                execute(connection, statement);
            }
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
