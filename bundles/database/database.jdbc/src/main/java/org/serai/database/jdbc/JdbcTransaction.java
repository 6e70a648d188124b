package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.serai.database.Change;
import org.serai.database.DatabaseError;
import org.serai.database.RowChange;
import org.serai.database.RowObserver;
import org.serai.database.Transaction;

/** One transaction on one connection. Collects the changes of its rows in their order. */
final class JdbcTransaction implements Transaction {
    private final Connection connection;
    private final Failures failures;
    private final Optional<Long> revision;
    private final List<RowObserver> observers;
    private final List<Change> changes = new ArrayList<>();
    private RuntimeException failure;
    private boolean ended;

    /**
     * A transaction.
     *
     * @param revision of the commit that is being made; empty for reading only
     * @param observers write along with what is changed
     */
    JdbcTransaction(Connection connection, Failures failures, Optional<Long> revision, List<RowObserver> observers) {
        this.connection = connection;
        this.failures = failures;
        this.revision = revision;
        this.observers = observers;
    }

    /** What was changed so far. */
    List<Change> changes() {
        return List.copyOf(changes);
    }

    /** After this, whoever kept the transaction cannot use it any more. */
    void end() {
        ended = true;
    }

    @Override
    public <T extends Record> Optional<T> get(Class<T> type, Object key) {
        RowType<T> row = RowType.of(type);
        return read(row, () -> Rows.where(connection, row, row.key(), key)).stream()
                .findFirst();
    }

    @Override
    public <T extends Record> List<T> list(Class<T> type) {
        RowType<T> row = RowType.of(type);
        return read(row, () -> Rows.all(connection, row));
    }

    @Override
    public <T extends Record> List<T> list(Class<T> type, String column, Object value) {
        RowType<T> row = RowType.of(type);
        return read(row, () -> Rows.where(connection, row, row.column(column), value));
    }

    @Override
    public <T extends Record> List<T> after(Class<T> type, long key, int limit) {
        RowType<T> row = RowType.of(type);
        return read(row, () -> Rows.after(connection, row, key, limit));
    }

    private interface Query<T> {
        List<T> run() throws SQLException;
    }

    private <T extends Record> List<T> read(RowType<T> type, Query<T> query) {
        open();
        try {
            return query.run();
        } catch (SQLException e) {
            throw failed("Table " + type.table() + " cannot be read", e);
        }
    }

    @Override
    public <T extends Record> T insert(T row) {
        RowType<T> type = typeOf(row);
        Object key = type.keyOf(row);
        try (PreparedStatement statement = changing().prepareStatement(type.insert())) {
            type.bindInsert(statement, row);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw failed("Row " + key + " cannot be added to table " + type.table(), e);
        }
        changed(type, key, Change.Kind.PUT, Optional.empty());
        return row;
    }

    @Override
    public <T extends Record> T update(T row) {
        RowType<T> type = typeOf(row);
        Object key = type.keyOf(row);
        Optional<Map<String, String>> before = observed(type, key);
        try (PreparedStatement statement = changing().prepareStatement(type.update())) {
            type.bindUpdate(statement, row);
            atLeastOne(type, key, statement.executeUpdate(), "changed");
        } catch (SQLException e) {
            throw failed("Row " + key + " of table " + type.table() + " cannot be changed", e);
        }
        changed(type, key, Change.Kind.PUT, before);
        return row;
    }

    @Override
    public <T extends Record> void delete(Class<T> type, Object key) {
        RowType<T> row = RowType.of(type);
        Optional<Map<String, String>> before = observed(row, key);
        try (PreparedStatement statement = changing().prepareStatement(row.delete())) {
            row.key().bind(statement, 1, key);
            atLeastOne(row, key, statement.executeUpdate(), "deleted");
        } catch (SQLException e) {
            throw failed("Row " + key + " of table " + row.table() + " cannot be deleted", e);
        }
        changed(row, row.normal(key), Change.Kind.DELETE, before);
    }

    @Override
    public long next(String counter) {
        if (counter.equals(ChangeLog.REVISION)) {
            throw new IllegalArgumentException("the counter " + counter + " is the database's own");
        }
        try {
            long value = ChangeLog.next(changing(), counter);
            // Logged like a row, so that each revision has a line and a missing one shows that the log was trimmed.
            changes.add(new Change(revision.orElseThrow(), "counter", counter, Change.Kind.PUT));
            return value;
        } catch (SQLException e) {
            throw failed("Counter " + counter + " cannot be taken", e);
        }
    }

    private static void atLeastOne(RowType<?> type, Object key, int rows, String done) {
        if (rows == 0) {
            throw DatabaseError.NO_SUCH_ROW.error(
                    "Row " + key + " of table " + type.table() + " cannot be " + done,
                    "there is no such row",
                    "look at what there is now, and try again");
        }
    }

    private void changed(RowType<?> type, Object key, Change.Kind kind, Optional<Map<String, String>> before) {
        changes.add(new Change(revision.orElseThrow(), type.table(), key.toString(), kind));
        if (isObserved(type)) {
            RowChange change = new RowChange(type.table(), key.toString(), before, observed(type, key));
            observers.stream()
                    .filter(observer -> observer.observes(type.table()))
                    .forEach(observer -> observer.changed(this, change));
        }
    }

    private boolean isObserved(RowType<?> type) {
        return observers.stream().anyMatch(observer -> observer.observes(type.table()));
    }

    /** The whole row for the observers, whatever columns the caller's record has; empty if nobody observes it. */
    private Optional<Map<String, String>> observed(RowType<?> type, Object key) {
        if (!isObserved(type)) {
            return Optional.empty();
        }
        try {
            return Rows.whole(connection, type, key);
        } catch (SQLException e) {
            throw failed("Row " + key + " of table " + type.table() + " cannot be read", e);
        }
    }

    private void open() {
        if (ended) {
            throw new IllegalStateException("the transaction is over");
        }
    }

    private Connection changing() {
        open();
        if (revision.isEmpty()) {
            throw new IllegalStateException("a read-only transaction changes nothing");
        }
        return connection;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Record> RowType<T> typeOf(T row) {
        return RowType.of((Class<T>) row.getClass());
    }

    /** What a statement failed with: the transaction is lost then, even if the caller's work goes on. */
    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    private RuntimeException failed(String what, SQLException thrown) {
        failure = failures.of(thrown) == Dialect.Failure.BUSY ? new Busy(thrown) : failures.error(what, thrown);
        return failure;
    }

    /** Another transaction was in the way: the work is to be run again. */
    static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient SQLException thrown;

        Busy(SQLException thrown) {
            super(thrown);
            this.thrown = thrown;
        }

        SQLException thrown() {
            return thrown;
        }
    }
}
