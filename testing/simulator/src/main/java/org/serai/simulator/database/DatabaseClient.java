package org.serai.simulator.database;

import com.zaxxer.hikari.HikariConfig;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.osgi.service.jdbc.DataSourceFactory;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.database.jdbc.SqliteDataSourceFactory;
import org.serai.database.jdbc.Workings;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.LifeThread;
import org.serai.simulator.machine.Host;

/** The way of one process to the server, under the engine of production. */
public final class DatabaseClient implements Workings {
    private static final long LOOK_MS = 5;

    private final DatabaseServer server;
    private final Life life;
    private final Host host;
    private final SplittableRandom random;
    private final Runnable writes;

    /**
     * Of a process.
     *
     * @param writes is run before each transaction that writes
     */
    public DatabaseClient(DatabaseServer server, Life life, Host host, SplittableRandom random, Runnable writes) {
        this.writes = writes;
        this.server = server;
        this.life = life;
        this.host = host;
        this.random = random;
    }

    /** The engine over it. */
    public JdbcEngine engine() {
        return JdbcEngine.embedded(factory(), this);
    }

    private DataSourceFactory factory() {
        var real = new SqliteDataSourceFactory();
        return new DataSourceFactory() {
            @Override
            public DataSource createDataSource(Properties properties) {
                return new Source();
            }

            @Override
            public javax.sql.ConnectionPoolDataSource createConnectionPoolDataSource(Properties properties)
                    throws SQLException {
                return real.createConnectionPoolDataSource(properties);
            }

            @Override
            public javax.sql.XADataSource createXADataSource(Properties properties) throws SQLException {
                return real.createXADataSource(properties);
            }

            @Override
            public java.sql.Driver createDriver(Properties properties) throws SQLException {
                return real.createDriver(properties);
            }
        };
    }

    @Override
    public long nanoTime() {
        return life.nanoTime();
    }

    @Override
    public String mark() {
        return server.mark();
    }

    @Override
    public void pause(long atLeastNs, long belowNs) {
        life.sleepNs(random.nextLong(atLeastNs, belowNs));
    }

    @Override
    public boolean lock(ReentrantLock lock, long patienceNs) {
        var startNs = life.nanoTime();
        while (!lock.tryLock()) {
            if (life.nanoTime() - startNs > patienceNs) {
                return false;
            }
            life.sleepMs(LOOK_MS);
        }
        writes.run();
        return true;
    }

    @Override
    public ScheduledExecutorService thread(String name) {
        return new LifeThread(life);
    }

    @Override
    public Pool pool(HikariConfig config) {
        return new SessionPool(config.getMaximumPoolSize(), config.getConnectionTimeout());
    }

    /** As many sessions as the configuration says, no longer waited for than it says. */
    private final class SessionPool implements Pool {
        private final int most;
        private final long timeoutMs;
        private final Deque<ServerSession> free = new ArrayDeque<>();
        private final Map<ServerSession, Connection> taken = new LinkedHashMap<>();
        private int used;

        SessionPool(int most, long timeoutMs) {
            this.most = most;
            this.timeoutMs = timeoutMs;
        }

        @Override
        public Connection take() throws SQLException {
            var startNs = life.nanoTime();
            while (used >= most) {
                if (life.nanoTime() - startNs > timeoutMs * 1_000_000) {
                    throw new SQLTransientConnectionException("no connection is free");
                }
                life.sleepMs(LOOK_MS);
            }
            used++;
            try {
                var session = session();
                var connection = session.proxy(() -> {
                    used--;
                    taken.remove(session);
                    if (session.isUsable()) {
                        free.push(session);
                    }
                });
                taken.put(session, connection);
                return connection;
            } catch (SQLException failed) {
                used--;
                throw failed;
            }
        }

        private ServerSession session() throws SQLException {
            while (!free.isEmpty()) {
                var session = free.pop();
                if (session.isUsable()) {
                    return session;
                }
            }
            return server.connect(life, host);
        }

        @Override
        public void discard(Connection connection) {
            taken.forEach((session, its) -> {
                if (its == connection) {
                    session.abandon();
                }
            });
        }

        @Override
        public void close() {
            free.forEach(ServerSession::terminate);
            free.clear();
        }
    }

    /** Connections one by one. */
    private final class Source implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            var session = server.connect(life, host);
            return session.proxy(session::terminate);
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("it wraps nothing");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
