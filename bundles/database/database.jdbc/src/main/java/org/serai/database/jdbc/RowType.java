package org.serai.database.jdbc;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.serai.database.Table;

/**
 * How the rows of one table become records and back. Found out once for each class and kept with the class itself, so
 * that a bundle which is replaced takes its row types along.
 */
final class RowType<T extends Record> {
    private static final ClassValue<RowType<?>> KNOWN = new ClassValue<>() {
        @Override
        protected RowType<?> computeValue(Class<?> type) {
            return new RowType<>(type.asSubclass(Record.class));
        }
    };

    private final Class<T> rowClass;
    private final String table;
    private final List<Column> columns;
    private final Constructor<T> constructor;
    private final String names;

    private RowType(Class<T> type) {
        Table annotation = type.getAnnotation(Table.class);
        if (annotation == null) {
            throw new IllegalArgumentException(type.getName() + " has no @Table");
        }
        rowClass = type;
        table = annotation.value();
        RecordComponent[] components = type.getRecordComponents();
        columns = Arrays.stream(components).map(Column::of).toList();
        names = columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
        constructor = canonical(type, components);
    }

    @SuppressWarnings("unchecked")
    static <T extends Record> RowType<T> of(Class<T> type) {
        return (RowType<T>) KNOWN.get(type);
    }

    Class<T> rowClass() {
        return rowClass;
    }

    String table() {
        return table;
    }

    Column key() {
        return columns.getFirst();
    }

    /** The row's primary key in the form in which keys are compared: a text or a {@code Long}. */
    Comparable<?> keyOf(T row) {
        return normal(key().value(row));
    }

    /** Any form of a key in the form in which keys are compared. */
    Comparable<?> normal(Object key) {
        Object stored = key().stored(key);
        return stored instanceof Number number ? (Comparable<?>) number.longValue() : stored.toString();
    }

    Column column(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table + " has no column " + name));
    }

    String select(String where) {
        return "SELECT " + names + " FROM \"" + table + "\"" + where;
    }

    String insert() {
        String marks = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
        return "INSERT INTO \"" + table + "\" (" + names + ") VALUES (" + marks + ")";
    }

    String update() {
        String sets = columns.stream()
                .skip(columns.size() > 1 ? 1 : 0)
                .map(column -> column.quoted() + " = ?")
                .collect(Collectors.joining(", "));
        return "UPDATE \"" + table + "\" SET " + sets + " WHERE " + key().quoted() + " = ?";
    }

    String delete() {
        return "DELETE FROM \"" + table + "\" WHERE " + key().quoted() + " = ?";
    }

    void bindInsert(PreparedStatement statement, T row) throws SQLException {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).bind(statement, i + 1, columns.get(i).value(row));
        }
    }

    void bindUpdate(PreparedStatement statement, T row) throws SQLException {
        int mark = 1;
        for (Column column : columns.subList(columns.size() > 1 ? 1 : 0, columns.size())) {
            column.bind(statement, mark++, column.value(row));
        }
        key().bind(statement, mark, key().value(row));
    }

    List<T> read(ResultSet rows) throws SQLException {
        List<T> read = new ArrayList<>();
        while (rows.next()) {
            read.add(one(rows));
        }
        return read;
    }

    private T one(ResultSet rows) throws SQLException {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns.get(i).read(rows, i + 1);
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("a row of table " + table + " is refused by its record", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a record of table " + table, e);
        }
    }

    private static <T extends Record> Constructor<T> canonical(Class<T> type, RecordComponent[] components) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type.getName() + " has no canonical constructor", e);
        }
    }
}
