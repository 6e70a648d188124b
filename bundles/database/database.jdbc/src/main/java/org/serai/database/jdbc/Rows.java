package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads rows, ordered by primary key. */
final class Rows {
    /** Well below what a database takes of parameters in one statement. */
    private static final int KEYS_AT_ONCE = 100;

    private Rows() {}

    static <T extends Record> List<T> all(Connection connection, RowType<T> type) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(type.select(""));
                ResultSet rows = statement.executeQuery()) {
            return sorted(type, type.read(rows));
        }
    }

    static <T extends Record> List<T> where(Connection connection, RowType<T> type, Column column, Object value)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(type.select(" WHERE " + column.quoted() + " = ?"))) {
            column.bind(statement, 1, value);
            try (ResultSet rows = statement.executeQuery()) {
                return sorted(type, type.read(rows));
            }
        }
    }

    /** The rows of these keys that there are, in no order. */
    static <T extends Record> List<T> of(Connection connection, RowType<T> type, List<String> keys)
            throws SQLException {
        List<T> found = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + KEYS_AT_ONCE));
            String marks = String.join(", ", Collections.nCopies(some.size(), "?"));
            try (PreparedStatement statement = connection.prepareStatement(
                    type.select(" WHERE " + type.key().quoted() + " IN (" + marks + ")"))) {
                for (int i = 0; i < some.size(); i++) {
                    type.key().bind(statement, i + 1, some.get(i));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    found.addAll(type.read(rows));
                }
            }
        }
        return found;
    }

    static <T extends Record> List<T> after(Connection connection, RowType<T> type, long key, int limit)
            throws SQLException {
        String column = type.key().quoted();
        try (PreparedStatement statement =
                connection.prepareStatement(type.select(" WHERE " + column + " > ? ORDER BY " + column + " LIMIT ?"))) {
            statement.setLong(1, key);
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                return type.read(rows);
            }
        }
    }

    /** All columns of a row as text, those that are null left out; empty if there is no such row. */
    static Optional<Map<String, String>> whole(Connection connection, RowType<?> type, Object key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT * FROM \"" + type.table() + "\" WHERE " + type.key().quoted() + " = ?")) {
            type.key().bind(statement, 1, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(texts(rows)) : Optional.empty();
            }
        }
    }

    private static Map<String, String> texts(ResultSet row) throws SQLException {
        Map<String, String> texts = new HashMap<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            String text = row.getString(column);
            if (text != null) {
                texts.put(row.getMetaData().getColumnName(column), text);
            }
        }
        return Map.copyOf(texts);
    }

    /** Sorted here and not by the database, whose collation may order texts in another way than the views do. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T extends Record> List<T> sorted(RowType<T> type, List<T> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(row -> (Comparable) type.keyOf(row)))
                .toList();
    }
}
