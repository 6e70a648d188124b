package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A table as the database itself describes it.
 *
 * @param columns in their order; the first one is the primary key
 * @param references the tables that columns refer to, by column
 */
record StoredTable(String name, List<StoredColumn> columns, Map<String, String> references) {
    /** The tables that are the database's own affair and no content. */
    private static final Set<String> OWN = Set.of("schema_version", "change_log");

    /** What a column holds. */
    enum Kind {
        TEXT,
        NUMBER,
        TRUTH;

        static Kind of(String typeName) {
            String lower = typeName.toLowerCase(Locale.ROOT);
            return lower.startsWith("bool") ? TRUTH : lower.contains("int") ? NUMBER : TEXT;
        }

        Optional<Object> read(ResultSet row, int index) throws SQLException {
            Object value = switch (this) {
                case TEXT -> row.getString(index);
                case NUMBER -> row.getLong(index);
                case TRUTH -> row.getBoolean(index);
            };
            return row.wasNull() ? Optional.empty() : Optional.of(value);
        }

        void bind(PreparedStatement statement, int index, Optional<Object> value) throws SQLException {
            switch (this) {
                case TEXT ->
                    statement.setObject(index, value.map(String.class::cast).orElse(null), Types.VARCHAR);
                case NUMBER ->
                    statement.setObject(index, value.map(Long.class::cast).orElse(null), Types.BIGINT);
                case TRUTH -> bindTruth(statement, index, value);
            }
        }

        private static void bindTruth(PreparedStatement statement, int index, Optional<Object> value)
                throws SQLException {
            if (value.isEmpty()) {
                statement.setNull(index, Types.BOOLEAN);
            } else {
                statement.setBoolean(index, (Boolean) value.get());
            }
        }
    }

    /** A column. */
    record StoredColumn(String name, Kind kind, boolean nullable) {
        String quoted() {
            return '"' + name + '"';
        }
    }

    /** All tables with content, ordered by name. */
    static List<StoredTable> all(Connection connection) throws SQLException {
        List<StoredTable> tables = new ArrayList<>();
        for (String name : names(connection)) {
            tables.add(new StoredTable(name, columns(connection, name), references(connection, name)));
        }
        return tables;
    }

    private static Set<String> names(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(null, Schema.currentSchema(connection), "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME");
                if (!OWN.contains(name) && !name.startsWith("sqlite_")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static List<StoredColumn> columns(Connection connection, String table) throws SQLException {
        List<StoredColumn> columns = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getColumns(null, Schema.currentSchema(connection), table, "%")) {
            while (rows.next()) {
                // An underscore in the name is a pattern to the driver.
                if (rows.getString("TABLE_NAME").equals(table)) {
                    columns.add(new StoredColumn(
                            rows.getString("COLUMN_NAME"),
                            Kind.of(rows.getString("TYPE_NAME")),
                            rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls));
                }
            }
        }
        return columns;
    }

    private static Map<String, String> references(Connection connection, String table) throws SQLException {
        Map<String, String> references = new LinkedHashMap<>();
        try (ResultSet rows = connection.getMetaData().getImportedKeys(null, Schema.currentSchema(connection), table)) {
            while (rows.next()) {
                references.put(rows.getString("FKCOLUMN_NAME"), rows.getString("PKTABLE_NAME"));
            }
        }
        return references;
    }

    StoredColumn key() {
        return columns.getFirst();
    }

    String quoted() {
        return '"' + name + '"';
    }

    String select() {
        return "SELECT " + list() + " FROM " + quoted() + " ORDER BY " + key().quoted();
    }

    String insert() {
        String marks = columns.stream().map(_ -> "?").collect(Collectors.joining(", "));
        return "INSERT INTO " + quoted() + " (" + list() + ") VALUES (" + marks + ")";
    }

    private String list() {
        return columns.stream().map(StoredColumn::quoted).collect(Collectors.joining(", "));
    }

    /** Whether a column is filled in a second pass, for rows of that table or behind it may refer to this one. */
    boolean isLater(StoredColumn column) {
        return references.containsKey(column.name()) && !isNeeded(column);
    }

    /** A key is never null, whatever the database says: SQLite calls keys of text nullable. */
    private boolean isNeeded(StoredColumn column) {
        return !column.nullable() || column.equals(key());
    }

    /** The tables whose rows must be there before a row of this one is. */
    Set<String> needs() {
        return columns.stream()
                .filter(column -> references.containsKey(column.name()) && isNeeded(column))
                .map(column -> references.get(column.name()))
                .filter(other -> !other.equals(name))
                .collect(Collectors.toSet());
    }
}
