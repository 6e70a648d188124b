package org.serai.database.jdbc;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.serai.database.View;

/** One table's copy. Readers take no lock: they read an immutable state that is replaced as a whole. */
final class TableView<T extends Record> implements View<T> {
    private final RowType<T> type;
    private volatile Optional<State<T>> state = Optional.empty();

    TableView(RowType<T> type) {
        this.type = type;
    }

    RowType<T> type() {
        return type;
    }

    boolean loaded() {
        return state.isPresent();
    }

    @Override
    public Optional<T> get(Object key) {
        return Optional.ofNullable(state.orElseThrow().byKey().get(type.normal(key)));
    }

    @Override
    public List<T> all() {
        return state.orElseThrow().rows();
    }

    void replace(State<T> next) {
        state = Optional.of(next);
    }

    /** The state with all these rows and no others. */
    State<T> whole(Collection<T> rows) {
        TreeMap<Object, T> byKey = new TreeMap<>(ORDER);
        rows.forEach(row -> byKey.put(type.keyOf(row), row));
        return new State<>(byKey, List.copyOf(byKey.values()));
    }

    /** The present state, with the rows of these keys as they are now: those not found are gone. */
    State<T> with(Collection<Comparable<?>> keys, Collection<T> found) {
        TreeMap<Object, T> byKey = new TreeMap<>(state.orElseThrow().byKey());
        byKey.keySet().removeAll(keys);
        found.forEach(row -> byKey.put(type.keyOf(row), row));
        return new State<>(byKey, List.copyOf(byKey.values()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static final Comparator<Object> ORDER = (a, b) -> ((Comparable) a).compareTo(b);

    /** The rows; the map is never changed once it is here. */
    record State<T extends Record>(TreeMap<Object, T> byKey, List<T> rows) {}
}
