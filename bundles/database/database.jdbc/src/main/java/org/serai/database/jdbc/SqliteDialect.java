package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.serai.database.DatabaseError;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * The embedded database: one SQLite file which every process of the machine opens for itself, in WAL mode with a sync
 * for each commit.
 */
final class SqliteDialect implements Dialect {
    static final String PREFIX = "embedded:";
    static final String FILE = "vios.db";

    private final Path directory;
    private final Path file;
    private final int busyTimeoutMs;
    private volatile Optional<Object> identity = Optional.empty();

    SqliteDialect(String url, int busyTimeoutMs) {
        directory = Path.of(url.substring(PREFIX.length())).toAbsolutePath().normalize();
        file = directory.resolve(FILE);
        this.busyTimeoutMs = busyTimeoutMs;
    }

    @Override
    public String driverClass() {
        return SqliteDataSourceFactory.DRIVER;
    }

    @Override
    public Properties opening() {
        Properties properties = new Properties();
        properties.setProperty("url", "jdbc:sqlite:" + file);
        properties.setProperty("journal_mode", "WAL");
        properties.setProperty("synchronous", "FULL");
        properties.setProperty("foreign_keys", "ON");
        properties.setProperty("busy_timeout", Integer.toString(busyTimeoutMs));
        return properties;
    }

    @Override
    public Properties pooled() {
        Properties properties = opening();
        // Without the create flag: a file that has vanished is an error, never a new empty database.
        properties.setProperty("open_mode", Integer.toString(SQLiteOpenMode.READWRITE.flag));
        return properties;
    }

    @Override
    public String place() {
        return directory.toString();
    }

    @Override
    public void beforeOpening() {
        try {
            if (!Files.isDirectory(directory)) {
                // The database holds the cluster's secret.
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw DatabaseError.BAD_SETTINGS.error(
                    "The embedded database in " + directory + " cannot be made",
                    e.toString(),
                    "name a directory that can be written",
                    e);
        }
    }

    @Override
    public void verify(Connection connection) throws SQLException {
        require(connection, "journal_mode", "wal");
        require(connection, "synchronous", "2");
        require(connection, "foreign_keys", "1");
        identity = identityNow();
    }

    private void require(Connection connection, String pragma, String value) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA " + pragma)) {
            String found = rows.next() ? rows.getString(1) : "nothing";
            if (!value.equalsIgnoreCase(found)) {
                throw DatabaseError.BAD_SETTINGS.error(
                        "The embedded database in " + directory + " cannot be used",
                        "SQLite's " + pragma + " is " + found + " and not " + value,
                        "put it on a local file system with shared memory and locks, such as ext4 or xfs");
            }
        }
    }

    @Override
    public void verifyPlace() throws SQLException {
        // A process that goes on with a file of which the others no longer know would acknowledge into the void.
        if (identity.isPresent() && !identityNow().equals(identity)) {
            throw new SQLException(
                    file + " is gone or has been replaced since it was opened; put it back, or restart the node",
                    "08006");
        }
    }

    private Optional<Object> identityNow() {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Override
    public void prepare(HikariConfig pool, boolean write) {
        // A file needs no fresh connections now and then.
        pool.setMaxLifetime(0);
    }

    // The driver's own commit() begins the next transaction at once, which would take the write lock again; so the
    // connections stay in auto-commit mode and the transaction is begun and ended by statements.

    @Override
    public void beginWrite(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    public void beginRead(Connection connection) throws SQLException {
        execute(connection, "BEGIN DEFERRED");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public String drop(String table) {
        return "DROP TABLE " + table;
    }

    @Override
    public Failure failure(SQLException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e) {
                return failure(e.getResultCode());
            }
        }
        return thrown.getSQLState() != null && thrown.getSQLState().startsWith("08")
                        || thrown instanceof java.sql.SQLTransientConnectionException
                ? Failure.UNREACHABLE
                : Failure.OTHER;
    }

    private static Failure failure(SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_CONSTRAINT_FOREIGNKEY -> Failure.REFERENCE;
            case SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_ROWID -> Failure.CONFLICT;
            case SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_READONLY, SQLITE_PERM -> Failure.UNREACHABLE;
            default ->
                switch (code.code & 0xff) {
                    // The primary result code is the low byte of an extended one.
                    case 5, 6 -> Failure.BUSY;
                    case 8, 10, 14 -> Failure.UNREACHABLE;
                    default -> Failure.OTHER;
                };
        };
    }
}
