package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.jdbc.DataSourceFactory;
import org.serai.database.Archive;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.database.spi.DatabaseEngine;

/** Opens the VIOS DB on SQLite or PostgreSQL, whichever the URL names, through the JDBC service of its driver. */
@Component(property = "database.engine=jdbc")
public final class JdbcEngine implements DatabaseEngine {
    private final Map<String, DataSourceFactory> factories = new ConcurrentHashMap<>();
    private final Tuning tuning;
    private final Workings workings;
    private final List<String> scripts;

    /** The component; further drivers come and go by {@link #bindFactory}. */
    @Activate
    public JdbcEngine(
            @Reference(target = "(osgi.jdbc.driver.class=" + SqliteDataSourceFactory.DRIVER + ")")
                    DataSourceFactory sqlite) {
        this(Map.of(SqliteDataSourceFactory.DRIVER, sqlite), Tuning.DEFAULT);
    }

    JdbcEngine(Map<String, DataSourceFactory> factories, Tuning tuning) {
        this(factories, tuning, new RealWorkings());
    }

    private JdbcEngine(Map<String, DataSourceFactory> factories, Tuning tuning, Workings workings) {
        this(factories, tuning, workings, Schema.bundled());
    }

    /** Of another version of the platform. */
    JdbcEngine(Map<String, DataSourceFactory> factories, Tuning tuning, Workings workings, List<String> scripts) {
        this.factories.putAll(factories);
        this.tuning = tuning;
        this.workings = workings;
        this.scripts = scripts;
    }

    /** An engine outside any framework: the embedded database only. */
    public static JdbcEngine embedded() {
        return new JdbcEngine(new SqliteDataSourceFactory());
    }

    /** The embedded database with another time, threads, and connections than those of this process. */
    public static JdbcEngine embedded(DataSourceFactory sqlite, Workings workings) {
        return new JdbcEngine(Map.of(SqliteDataSourceFactory.DRIVER, sqlite), Tuning.DEFAULT, workings);
    }

    @Reference(
            target = "(osgi.jdbc.driver.class=" + PostgresDialect.DRIVER + ")",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindFactory(DataSourceFactory factory) {
        factories.put(PostgresDialect.DRIVER, factory);
    }

    void unbindFactory(DataSourceFactory factory) {
        factories.remove(PostgresDialect.DRIVER, factory);
    }

    @Override
    public boolean accepts(String url) {
        return url.startsWith(SqliteDialect.PREFIX) || url.startsWith(PostgresDialect.PREFIX);
    }

    @Override
    public Database open(String url, Map<String, String> properties, Optional<String> seen) {
        Dialect dialect = dialect(url, properties);
        return first(
                "The database " + dialect.place() + " cannot be opened",
                dialect,
                factory -> open(dialect, factory, seen));
    }

    @Override
    public void restore(String url, Map<String, String> properties, Archive archive, Consumer<Transaction> adjusting) {
        Dialect dialect = dialect(url, properties);
        first("The database " + dialect.place() + " cannot be restored", dialect, factory -> {
            try (Connection connection =
                    factory.createDataSource(dialect.opening()).getConnection()) {
                dialect.verify(connection);
                new Restoring(dialect, scripts).restore(connection, archive, adjusting);
                return archive;
            }
        });
    }

    private interface First<R> {
        R with(DataSourceFactory factory) throws SQLException;
    }

    private <R> R first(String failed, Dialect dialect, First<R> work) {
        DataSourceFactory factory = Optional.ofNullable(factories.get(dialect.driverClass()))
                .orElseThrow(() -> DatabaseError.UNREACHABLE.error(
                        "The database " + dialect.place() + " cannot be opened",
                        "no bundle offers the JDBC driver " + dialect.driverClass(),
                        "install or start the driver's bundle, then try again"));
        dialect.beforeOpening();
        Failures failures = new Failures(dialect);
        Attempts attempts = new Attempts(failures, tuning.busyTimeoutMs(), workings);
        return attempts.shared(failed, () -> work.with(factory));
    }

    private Database open(Dialect dialect, DataSourceFactory factory, Optional<String> seen) throws SQLException {
        // On one connection before any pool, so that a wrong password is told at once and in the server's words.
        String product;
        Head head;
        Schema schema = new Schema(dialect, scripts);
        try (Connection connection = factory.createDataSource(dialect.opening()).getConnection()) {
            dialect.verify(connection);
            schema.migrate(connection);
            DatabaseMetaData data = connection.getMetaData();
            product = data.getDatabaseProductName() + " " + data.getDatabaseProductVersion();
            head = ChangeLog.head(connection);
            // An empty one is a lost one, of which its caller has more to say.
            if (seen.isPresent() && head.revision() > 0) {
                Views.requireSuccessor(connection, head, Head.of(seen.get()));
            }
            // A newer node that came in between is before this revision in the log; one that comes now is after it.
            schema.verify(connection);
        }
        DataSource source = factory.createDataSource(dialect.pooled());
        return new JdbcDatabase(
                dialect,
                product,
                tuning,
                new Connections(dialect, source, tuning, workings),
                schema::verify,
                head,
                workings);
    }

    private Dialect dialect(String url, Map<String, String> properties) {
        if (url.startsWith(SqliteDialect.PREFIX) && url.length() > SqliteDialect.PREFIX.length()) {
            return new SqliteDialect(url, tuning.busyTimeoutMs());
        }
        if (url.startsWith(PostgresDialect.PREFIX)) {
            return new PostgresDialect(url, properties, tuning.busyTimeoutMs());
        }
        throw DatabaseError.BAD_SETTINGS.error(
                "The database URL '" + url + "' cannot be used",
                "it is neither embedded:DIRECTORY nor jdbc:postgresql://HOST:PORT/NAME",
                "give one of these");
    }
}
