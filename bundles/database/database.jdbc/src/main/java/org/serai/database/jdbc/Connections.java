package org.serai.database.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pools of one database: one connection for writing, a few for reading. */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Dialect dialect;
    private final Workings.Pool writer;
    private final Workings.Pool readers;

    Connections(Dialect dialect, DataSource source, Tuning tuning, Workings workings) {
        this.dialect = dialect;
        writer = workings.pool(config("serai-db-write", dialect, source, tuning, true));
        readers = workings.pool(config("serai-db-read", dialect, source, tuning, false));
    }

    private static HikariConfig config(String name, Dialect dialect, DataSource source, Tuning tuning, boolean write) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(write ? 1 : tuning.readers());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(tuning.connectTimeoutMs());
        config.setValidationTimeout(Math.max(250, tuning.connectTimeoutMs() - 500));
        // The database may be away when the pool is made, and come back while it lives.
        config.setInitializationFailTimeout(-1);
        dialect.prepare(config, write);
        return config;
    }

    /** Something done within a transaction. */
    interface Step<R> {
        R run(Connection connection) throws SQLException;
    }

    /** Runs a read-only transaction on one snapshot. */
    <R> R read(Step<R> step) throws SQLException {
        dialect.verifyPlace();
        try (Connection connection = readers.take()) {
            dialect.beginRead(connection);
            R result = guarded(readers, connection, step);
            dialect.rollback(connection);
            return result;
        }
    }

    /** Runs a write transaction; the step ends it with commit or rollback, and what it throws rolls back. */
    <R> R write(Step<R> step) throws SQLException {
        dialect.verifyPlace();
        try (Connection connection = writer.take()) {
            dialect.beginWrite(connection);
            return guarded(writer, connection, step);
        }
    }

    private <R> R guarded(Workings.Pool pool, Connection connection, Step<R> step) throws SQLException {
        try {
            return step.run(connection);
        } catch (SQLException | RuntimeException | Error e) {
            rollback(pool, connection, e);
            throw e;
        }
    }

    private void rollback(Workings.Pool pool, Connection connection, Throwable why) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            // Nobody may get a connection whose transaction is in doubt; the end of the connection rolls it back.
            LOG.debug("a connection is thrown away: {}", e.toString());
            why.addSuppressed(e);
            pool.discard(connection);
        }
    }

    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
