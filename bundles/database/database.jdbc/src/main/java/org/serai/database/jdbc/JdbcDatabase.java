package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.serai.database.Archive;
import org.serai.database.Change;
import org.serai.database.ChangeListener;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.RowObserver;
import org.serai.database.View;
import org.serai.database.Work;

/** The VIOS DB on one database product. */
final class JdbcDatabase implements Database {
    private static final String NOT_MADE = "The transaction was not made";

    private final Dialect dialect;
    private final String product;
    private final Tuning tuning;
    private final Failures failures;
    private final Connections connections;
    private final Listeners listeners;
    private final Views views;
    private final Attempts attempts;
    private final Poll poll;
    private final List<RowObserver> observers = new CopyOnWriteArrayList<>();

    JdbcDatabase(
            Dialect dialect, String product, Tuning tuning, Connections connections, long revision, Workings workings) {
        this.dialect = dialect;
        this.product = product;
        this.tuning = tuning;
        this.connections = connections;
        failures = new Failures(dialect);
        listeners = new Listeners(workings.thread("serai-db-changes"));
        views = new Views(listeners, revision);
        attempts = new Attempts(failures, tuning.busyTimeoutMs(), workings);
        poll = new Poll(workings.thread("serai-db-poll"), this::look, tuning.pollMs());
    }

    @Override
    public <R> R write(Work<R> work) {
        return attempts.exclusively(NOT_MADE, () -> connections.write(connection -> write(connection, work)));
    }

    private <R> R write(Connection connection, Work<R> work) throws SQLException {
        long revision = ChangeLog.next(connection, ChangeLog.REVISION);
        JdbcTransaction transaction = new JdbcTransaction(connection, failures, Optional.of(revision), observers);
        R result = run(transaction, work);
        List<Change> changes = transaction.changes();
        if (changes.isEmpty()) {
            // Nothing to keep: the revision is given back with the counter row.
            dialect.rollback(connection);
            return result;
        }
        ChangeLog.append(connection, changes);
        ChangeLog.trim(connection, revision, tuning.keptRevisions());
        commit(connection, revision);
        return result;
    }

    private static <R> R run(JdbcTransaction transaction, Work<R> work) {
        R result;
        try {
            result = work.in(transaction);
        } finally {
            transaction.end();
        }
        transaction.failure().ifPresent(failure -> {
            throw failure;
        });
        return result;
    }

    /** The views' step is worked out before the commit: after it, nothing may fail any more. */
    private void commit(Connection connection, long revision) throws SQLException {
        views.lock().lock();
        try {
            Views.Step step = views.prepare(connection, revision);
            try {
                dialect.commit(connection);
            } catch (SQLException e) {
                if (failures.of(e) == Dialect.Failure.UNREACHABLE) {
                    throw unknown(e);
                }
                throw e;
            }
            views.publish(step);
        } finally {
            views.lock().unlock();
        }
    }

    private RuntimeException unknown(SQLException lost) {
        return DatabaseError.UNREACHABLE.error(
                "It is not known whether the transaction was made",
                "the database " + dialect.place() + " was lost during the commit: " + lost.getMessage(),
                "look whether the change is there before trying again",
                lost);
    }

    @Override
    public <R> R read(Work<R> work) {
        return attempts.shared(
                "The database was not read",
                () -> connections.read(connection ->
                        run(new JdbcTransaction(connection, failures, Optional.empty(), List.of()), work)));
    }

    @Override
    public Archive archive() {
        return attempts.shared("The database was not read", () -> connections.read(Archiving::archive));
    }

    @Override
    public <T extends Record> View<T> view(Class<T> type) {
        TableView<T> view = views.of(type);
        if (!view.loaded()) {
            attempts.shared("Table " + view.type().table() + " was not read", () -> {
                views.lock().lock();
                try {
                    return connections.read(connection -> {
                        views.load(connection, view);
                        return view;
                    });
                } finally {
                    views.lock().unlock();
                }
            });
        }
        return view;
    }

    @Override
    public <R> Optional<R> steady(int tries, Supplier<R> reading) {
        for (int done = 0; done < tries; done++) {
            long before = views.steps();
            R result = reading.get();
            if (before % 2 == 0 && before == views.steps()) {
                return Optional.of(result);
            }
            Thread.onSpinWait();
        }
        return Optional.empty();
    }

    @Override
    public long revision() {
        return views.revision();
    }

    @Override
    public void catchUp(long revision) {
        if (revision > views.revision()) {
            attempts.quietly(() -> stepForward(revision));
        }
    }

    /** One cheap read; more only if the database has gone on. */
    private void look() {
        attempts.quietly(() -> {
            long now = connections.read(connection -> ChangeLog.value(connection, ChangeLog.REVISION));
            return now == views.revision() ? now : stepForward(Long.MAX_VALUE);
        });
    }

    /** Whoever waited while another one stepped as far reads nothing. */
    private long stepForward(long wanted) throws SQLException {
        views.lock().lock();
        try {
            if (wanted <= views.revision()) {
                return views.revision();
            }
            Views.Step step = connections.read(
                    connection -> views.prepare(connection, ChangeLog.value(connection, ChangeLog.REVISION)));
            views.publish(step);
            return step.revision();
        } finally {
            views.lock().unlock();
        }
    }

    @Override
    public Registration onChange(ChangeListener listener) {
        return listeners.add(listener);
    }

    @Override
    public Registration alongside(RowObserver observer) {
        observers.add(observer);
        return () -> observers.remove(observer);
    }

    @Override
    public Status status() {
        return new Status(product, dialect.place(), attempts.reachable(), views.revision());
    }

    @Override
    public void close() {
        attempts.close();
        poll.close();
        connections.close();
        listeners.close();
        views.close();
    }
}
