package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.serai.database.DatabaseError;

/** PostgreSQL, and databases that speak its protocol. */
final class PostgresDialect implements Dialect {
    static final String PREFIX = "jdbc:postgresql:";
    static final String DRIVER = "org.postgresql.Driver";

    /** The duties of this dialect, which the caller's properties cannot undo. */
    private static final Set<String> OWN = Set.of("url");

    private final String url;
    private final Map<String, String> settings;
    private final int busyTimeoutMs;

    PostgresDialect(String url, Map<String, String> settings, int busyTimeoutMs) {
        this.url = url;
        this.settings = Map.copyOf(settings);
        this.busyTimeoutMs = busyTimeoutMs;
    }

    @Override
    public String driverClass() {
        return DRIVER;
    }

    @Override
    public Properties opening() {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "3");
        // Longer than the server's own limits below, so that a silent network is noticed, and nothing else.
        properties.setProperty("socketTimeout", Integer.toString(busyTimeoutMs / 1000 + 10));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "serai");
        settings.forEach((key, value) -> {
            if (!OWN.contains(key)) {
                properties.setProperty(key, value);
            }
        });
        properties.setProperty("url", url);
        return properties;
    }

    @Override
    public Properties pooled() {
        return opening();
    }

    @Override
    public String place() {
        int query = url.indexOf('?');
        String bare = query < 0 ? url : url.substring(0, query);
        return bare.replaceFirst("//[^/@]*@", "//");
    }

    @Override
    public void beforeOpening() {}

    @Override
    public void verify(Connection connection) throws SQLException {
        // Asked of the catalogue and not with SHOW: a compatible database without that setting has no such row.
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT name FROM pg_settings WHERE name = 'fsync' AND setting = 'off'")) {
            if (rows.next()) {
                throw DatabaseError.BAD_SETTINGS.error(
                        "The database " + place() + " cannot be used",
                        "its setting fsync is off, so an acknowledged commit could be lost",
                        "set fsync = on in postgresql.conf and restart the server");
            }
        }
    }

    @Override
    public void verifyPlace() {}

    @Override
    public void prepare(HikariConfig pool, boolean write) {
        // The counter row is every writer's: one whose host has died or lost its network within a transaction is thrown
        // out before those behind it give up.
        pool.setConnectionInitSql("SET synchronous_commit = on; SET lock_timeout = " + busyTimeoutMs
                + "; SET statement_timeout = " + (busyTimeoutMs + 5_000)
                + "; SET idle_in_transaction_session_timeout = " + busyTimeoutMs / 2);
        // The counter row's lock puts the writers in line, and each statement after it must see what the writer before
        // committed: READ COMMITTED. A reader wants one snapshot for all its statements.
        pool.setTransactionIsolation(write ? "TRANSACTION_READ_COMMITTED" : "TRANSACTION_REPEATABLE_READ");
        pool.setReadOnly(!write);
    }

    @Override
    public void beginWrite(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public void beginRead(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    @Override
    public String drop(String table) {
        return "DROP TABLE " + table + " CASCADE";
    }

    @Override
    public Failure failure(SQLException thrown) {
        Failure best = Failure.OTHER;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e) {
                Failure failure = state(e.getSQLState());
                best = failure == Failure.OTHER ? best : failure;
            }
        }
        boolean noConnection = thrown instanceof java.sql.SQLTransientConnectionException;
        return best == Failure.OTHER && noConnection ? Failure.UNREACHABLE : best;
    }

    private static Failure state(String state) {
        return switch (state) {
            case null -> Failure.OTHER;
            case "23505" -> Failure.CONFLICT;
            case "23503" -> Failure.REFERENCE;
            case "40001", "40P01", "55P03" -> Failure.BUSY;
            case "3D000" -> Failure.BAD_SETTINGS;
            case "25P03", "57014" -> Failure.UNREACHABLE;
            default ->
                switch (state.substring(0, 2)) {
                    case "28" -> Failure.BAD_SETTINGS;
                    // Connection, resources, the operator's intervention, input and output.
                    case "08", "53", "57", "58" -> Failure.UNREACHABLE;
                    default -> Failure.OTHER;
                };
        };
    }
}
