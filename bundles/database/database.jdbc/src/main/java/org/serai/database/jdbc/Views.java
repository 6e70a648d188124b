package org.serai.database.jdbc;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.serai.database.Change;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;

/**
 * The local views: brought forward by the change log, or read anew where the log does not reach back far enough. All
 * steps forward are made under one lock, so the views never go back and listeners are told in order. A step beyond the
 * schema that this node knows is not made, and so neither is a write, which ends with one.
 */
final class Views {
    private final Listeners listeners;
    private final SchemaCheck schema;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<WeakReference<TableView<?>>> views = new CopyOnWriteArrayList<>();

    /** A view lives as long as its row's class, so a bundle that is replaced leaves nothing behind. */
    private final ClassValue<TableView<?>> byClass = new ClassValue<>() {
        @Override
        protected TableView<?> computeValue(Class<?> type) {
            return new TableView<>(RowType.of(type.asSubclass(Record.class)));
        }
    };

    private volatile Head head;

    /** Odd while a step is becoming visible, so that a reader of several views can tell that it saw half of it. */
    private final AtomicLong steps = new AtomicLong();

    Views(Listeners listeners, SchemaCheck schema, Head head) {
        this.listeners = listeners;
        this.schema = schema;
        this.head = head;
    }

    /** Fails if the database has gone beyond what this node knows. */
    @FunctionalInterface
    interface SchemaCheck {
        void verify(Connection connection) throws SQLException;
    }

    long revision() {
        return head.revision();
    }

    Head head() {
        return head;
    }

    long steps() {
        return steps.get();
    }

    ReentrantLock lock() {
        return lock;
    }

    /** The view of a class, which may not be loaded yet. */
    @SuppressWarnings("unchecked")
    <T extends Record> TableView<T> of(Class<T> type) {
        return (TableView<T>) byClass.get(type);
    }

    /** Steps forward to what this connection's transaction sees, and loads one more view. Holds the lock. */
    <T extends Record> void load(Connection connection, TableView<T> view) throws SQLException {
        if (view.loaded()) {
            return;
        }
        Step step = prepare(connection, ChangeLog.head(connection));
        TableView.State<T> state = view.whole(Rows.all(connection, view.type()));
        publish(step);
        view.replace(state);
        views.add(new WeakReference<>(view));
    }

    /** A step forward that is worked out and not yet seen by anybody. */
    record Step(Head head, SortedMap<Long, List<Change>> commits, List<Runnable> replacements) {}

    /**
     * Works out the step to the last commit that this connection's transaction sees. Holds the lock.
     *
     * @throws org.serai.ffdc.SeraiException {@link DatabaseError#UNREACHABLE} if that does not follow from what is known
     */
    Step prepare(Connection connection, Head target) throws SQLException {
        requireSuccessor(connection, target, head);
        if (target.revision() == head.revision()) {
            return new Step(target, new TreeMap<>(), List.of());
        }
        SortedMap<Long, List<Change>> commits = ChangeLog.between(connection, head.revision(), target.revision());
        if (commits.size() != target.revision() - head.revision()) {
            return anew(connection, target);
        }
        Map<String, Set<String>> keys = new HashMap<>();
        commits.values()
                .forEach(commit ->
                        commit.forEach(change -> keys.computeIfAbsent(change.table(), _ -> new LinkedHashSet<>())
                                .add(change.key())));
        if (keys.containsKey(Schema.TABLE)) {
            schema.verify(connection);
        }
        List<Runnable> replacements = new ArrayList<>();
        for (TableView<?> view : present()) {
            Set<String> changed = keys.getOrDefault(view.type().table(), Set.of());
            if (!changed.isEmpty()) {
                replacements.add(replacement(connection, view, changed));
            }
        }
        return new Step(target, commits, replacements);
    }

    /**
     * Fails if the database's last commit does not follow from one that is known: then it was put back to an earlier state,
     * and what it says of who owns what is not true any more.
     */
    static void requireSuccessor(Connection connection, Head now, Head known) throws SQLException {
        if (now.revision() < known.revision()) {
            throw goneBack(
                    "it is at revision " + now.revision() + ", and this node has seen revision " + known.revision());
        }
        Optional<String> found = Optional.empty();
        if (now.revision() == known.revision()) {
            found = now.mark();
        } else if (known.mark().isPresent()) {
            found = ChangeLog.mark(connection, known.revision());
        }
        if (known.isOtherThan(found)) {
            throw goneBack("its revision " + known.revision() + " is not the one that this node has seen");
        }
    }

    private static SeraiException goneBack(String sign) {
        return DatabaseError.UNREACHABLE.error(
                "The database has gone back to an earlier state",
                sign
                        + ": it was put back without cluster:restore, or a server took over that had not received all commits",
                "bring back the one that has them all; if it is lost, stop all nodes and use cluster:restore");
    }

    /** Makes a step visible. Holds the lock. */
    void publish(Step step) {
        if (step.head().revision() == head.revision()) {
            return;
        }
        steps.incrementAndGet();
        try {
            step.replacements().forEach(Runnable::run);
            head = step.head();
        } finally {
            steps.incrementAndGet();
        }
        if (step.commits().isEmpty()) {
            listeners.tell(step.head().revision(), List.of());
        }
        step.commits().forEach(listeners::tell);
    }

    private Step anew(Connection connection, Head target) throws SQLException {
        schema.verify(connection);
        List<Runnable> replacements = new ArrayList<>();
        for (TableView<?> view : present()) {
            replacements.add(whole(connection, view));
        }
        return new Step(target, new TreeMap<>(), replacements);
    }

    private <T extends Record> Runnable whole(Connection connection, TableView<T> view) throws SQLException {
        TableView.State<T> state = view.whole(Rows.all(connection, view.type()));
        return () -> view.replace(state);
    }

    private <T extends Record> Runnable replacement(Connection connection, TableView<T> view, Set<String> changed)
            throws SQLException {
        Collection<Comparable<?>> keys = new ArrayList<>();
        changed.forEach(key -> keys.add(view.type().normal(key)));
        Collection<T> found = Rows.of(connection, view.type(), List.copyOf(changed));
        TableView.State<T> state = view.with(keys, found);
        return () -> view.replace(state);
    }

    private List<TableView<?>> present() {
        views.removeIf(reference -> reference.get() == null);
        List<TableView<?>> present = new ArrayList<>();
        for (WeakReference<TableView<?>> reference : views) {
            Optional.ofNullable(reference.get()).ifPresent(present::add);
        }
        return present;
    }

    /** Lets go of the classes. */
    void close() {
        present().forEach(view -> byClass.remove(view.type().rowClass()));
    }
}
