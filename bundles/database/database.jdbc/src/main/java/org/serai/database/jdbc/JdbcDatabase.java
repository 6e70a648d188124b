package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.serai.database.Archive;
import org.serai.database.Change;
import org.serai.database.ChangeListener;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.RowObserver;
import org.serai.database.Transaction;
import org.serai.database.View;
import org.serai.database.Work;
import org.serai.ffdc.SeraiException;

/** The VIOS DB on one database product. */
final class JdbcDatabase implements Database {
    private static final String NOT_MADE = "The transaction was not made";

    private final Dialect dialect;
    private final String product;
    private final Tuning tuning;
    private final Workings workings;
    private final Failures failures;
    private final Connections connections;
    private final Listeners listeners;
    private final Views views;
    private final Attempts attempts;
    private final Poll poll;
    private final List<RowObserver> observers = new CopyOnWriteArrayList<>();
    private final List<Consumer<Transaction>> lookers = new CopyOnWriteArrayList<>();

    JdbcDatabase(
            Dialect dialect,
            String product,
            Tuning tuning,
            Connections connections,
            Views.SchemaCheck schema,
            Head head,
            Workings workings) {
        this.dialect = dialect;
        this.product = product;
        this.tuning = tuning;
        this.workings = workings;
        this.connections = connections;
        failures = new Failures(dialect);
        listeners = new Listeners(workings.thread("serai-db-changes"));
        views = new Views(listeners, schema, head);
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
        Head head = new Head(revision, Optional.of(workings.mark()));
        ChangeLog.append(connection, changes, head.mark());
        ChangeLog.trim(connection, revision, tuning.keptRevisions());
        commit(connection, head);
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
    private void commit(Connection connection, Head head) throws SQLException {
        views.lock().lock();
        try {
            Views.Step step = views.prepare(connection, head);
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
        return readSuccessor(connection -> run(reading(connection), work));
    }

    @Override
    public Archive archive() {
        return readSuccessor(Archiving::archive);
    }

    /** Reads nothing from a database that has gone back behind the views. */
    private <R> R readSuccessor(Connections.Step<R> step) {
        return attempts.shared("The database was not read", () -> {
            Head known = views.head();
            return connections.read(connection -> {
                Views.requireSuccessor(connection, ChangeLog.head(connection), known);
                return step.run(connection);
            });
        });
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
    public String seen() {
        return views.head().toText();
    }

    @Override
    public void catchUp(long revision) {
        if (revision > views.revision()) {
            attempts.quietly(() -> stepForward(revision));
        }
    }

    /** One cheap read; more only if the database has gone on, or back. */
    private void look() {
        attempts.quietly(() -> {
            Head now = connections.read(ChangeLog::head);
            if (now.equals(views.head())) {
                return now.revision();
            }
            try {
                return stepForward(Long.MAX_VALUE);
            } catch (SeraiException gone) {
                if (gone.code() == DatabaseError.UNREACHABLE) {
                    lookBack();
                }
                throw gone;
            }
        });
    }

    private void lookBack() throws SQLException {
        connections.read(connection -> run(reading(connection), transaction -> {
            lookers.forEach(looking -> looking.accept(transaction));
            return transaction;
        }));
    }

    private JdbcTransaction reading(Connection connection) {
        return new JdbcTransaction(connection, failures, Optional.empty(), List.of());
    }

    /** Whoever waited while another one stepped as far reads nothing. */
    private long stepForward(long wanted) throws SQLException {
        views.lock().lock();
        try {
            if (wanted <= views.revision()) {
                return views.revision();
            }
            Views.Step step = connections.read(connection -> views.prepare(connection, ChangeLog.head(connection)));
            views.publish(step);
            return step.head().revision();
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
    public Registration onGoneBack(Consumer<Transaction> looking) {
        lookers.add(looking);
        return () -> lookers.remove(looking);
    }

    @Override
    public Status status() {
        Optional<String> trouble = attempts.trouble();
        return new Status(product, dialect.place(), trouble.isEmpty(), views.revision(), trouble);
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
