package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads rows, ordered by primary key. */
final class Rows {
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
