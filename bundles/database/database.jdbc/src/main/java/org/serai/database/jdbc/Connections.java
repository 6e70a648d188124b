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
            begin(readers, connection, dialect::beginRead);
            return guarded(readers, connection, begun -> {
                R result = step.run(begun);
                dialect.rollback(begun);
                return result;
            });
        }
    }

    /** Runs a write transaction; the step ends it with commit or rollback, and what it throws rolls back. */
    <R> R write(Step<R> step) throws SQLException {
        dialect.verifyPlace();
        try (Connection connection = writer.take()) {
            begin(writer, connection, dialect::beginWrite);
            return guarded(writer, connection, step);
        }
    }

    /** Begins a transaction. */
    private interface Beginning {
        void begin(Connection connection) throws SQLException;
    }

    /** One whose answer is lost may have begun; one that another is in the way of has not. */
    private void begin(Workings.Pool pool, Connection connection, Beginning beginning) throws SQLException {
        try {
            beginning.begin(connection);
        } catch (SQLException e) {
            if (dialect.failure(e) != Dialect.Failure.BUSY) {
                discard(pool, connection, e);
            }
            throw e;
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
            why.addSuppressed(e);
            discard(pool, connection, e);
        }
    }

    /** Nobody may get a connection whose transaction is in doubt; the end of the connection rolls it back. */
    private static void discard(Workings.Pool pool, Connection connection, SQLException why) {
        LOG.debug("a connection is thrown away: {}", why.toString());
        pool.discard(connection);
    }

    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
