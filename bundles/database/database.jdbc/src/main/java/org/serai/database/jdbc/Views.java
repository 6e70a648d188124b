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

/**
 * The local views: brought forward by the change log, or read anew where the log does not reach back far enough. All
 * steps forward are made under one lock, so the views never go back and listeners are told in order.
 */
final class Views {
    private final Listeners listeners;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<WeakReference<TableView<?>>> views = new CopyOnWriteArrayList<>();

    /** A view lives as long as its row's class, so a bundle that is replaced leaves nothing behind. */
    private final ClassValue<TableView<?>> byClass = new ClassValue<>() {
        @Override
        protected TableView<?> computeValue(Class<?> type) {
            return new TableView<>(RowType.of(type.asSubclass(Record.class)));
        }
    };

    private volatile long revision;

    /** Odd while a step is becoming visible, so that a reader of several views can tell that it saw half of it. */
    private final AtomicLong steps = new AtomicLong();

    Views(Listeners listeners, long revision) {
        this.listeners = listeners;
        this.revision = revision;
    }

    long revision() {
        return revision;
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
        Step step = prepare(connection, ChangeLog.value(connection, ChangeLog.REVISION));
        TableView.State<T> state = view.whole(Rows.all(connection, view.type()));
        publish(step);
        view.replace(state);
        views.add(new WeakReference<>(view));
    }

    /** A step forward that is worked out and not yet seen by anybody. */
    record Step(long revision, SortedMap<Long, List<Change>> commits, List<Runnable> replacements) {}

    /** Works out the step to a revision that this connection's transaction sees. Holds the lock. */
    Step prepare(Connection connection, long target) throws SQLException {
        if (target == revision) {
            return new Step(target, new TreeMap<>(), List.of());
        }
        if (target < revision) {
            // The database was put back to an earlier state.
            return anew(connection, target);
        }
        SortedMap<Long, List<Change>> commits = ChangeLog.between(connection, revision, target);
        if (commits.size() != target - revision) {
            return anew(connection, target);
        }
        Map<String, Set<String>> keys = new HashMap<>();
        commits.values()
                .forEach(commit ->
                        commit.forEach(change -> keys.computeIfAbsent(change.table(), _ -> new LinkedHashSet<>())
                                .add(change.key())));
        List<Runnable> replacements = new ArrayList<>();
        for (TableView<?> view : present()) {
            Set<String> changed = keys.getOrDefault(view.type().table(), Set.of());
            if (!changed.isEmpty()) {
                replacements.add(replacement(connection, view, changed));
            }
        }
        return new Step(target, commits, replacements);
    }

    /** Makes a step visible. Holds the lock. */
    void publish(Step step) {
        if (step.revision() == revision) {
            return;
        }
        steps.incrementAndGet();
        try {
            step.replacements().forEach(Runnable::run);
            revision = step.revision();
        } finally {
            steps.incrementAndGet();
        }
        if (step.commits().isEmpty()) {
            listeners.tell(step.revision(), List.of());
        }
        step.commits().forEach(listeners::tell);
    }

    private Step anew(Connection connection, long target) throws SQLException {
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
