package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

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

    /** Sorted here and not by the database, whose collation may order texts in another way than the views do. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T extends Record> List<T> sorted(RowType<T> type, List<T> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(row -> (Comparable) type.keyOf(row)))
                .toList();
    }
}
