package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.serai.database.Archive;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.database.jdbc.StoredTable.StoredColumn;
import org.serai.ffdc.SeraiException;

/** Fills an empty database from an archive, by the archive's own version of the schema, then brings it to the present one. */
final class Restoring {
    /** More commits than a cluster makes between a backup and its loss. */
    private static final long AHEAD = 1L << 32;

    private final Dialect dialect;
    private final List<String> scripts;

    Restoring(Dialect dialect, List<String> scripts) {
        this.dialect = dialect;
        this.scripts = List.copyOf(scripts);
    }

    void restore(Connection connection, Archive archive, Consumer<Transaction> adjusting) throws SQLException {
        if (archive.schema() > scripts.size()) {
            throw DatabaseError.NEWER_SCHEMA.error(
                    "The archive cannot be restored by this node",
                    "its schema has version " + archive.schema() + " and this node knows versions up to "
                            + scripts.size(),
                    "update this node's software");
        }
        dialect.beginWrite(connection);
        try {
            new Schema(dialect, scripts).lockedVersion(connection);
            clear(connection);
            for (String script : scripts.subList(0, archive.schema())) {
                Schema.apply(connection, script);
            }
            fill(connection, archive);
            for (String script : scripts.subList(archive.schema(), scripts.size())) {
                Schema.apply(connection, script);
            }
            Schema.execute(connection, "UPDATE schema_version SET version = " + scripts.size() + " WHERE id = 1");
            long revision = archive.revision() + AHEAD;
            adjust(connection, revision, adjusting);
            Schema.execute(connection, "UPDATE counter SET value = " + revision + " WHERE name = 'revision'");
            dialect.commit(connection);
        } catch (SQLException | RuntimeException e) {
            dialect.rollback(connection);
            throw e;
        }
    }

    /** What a node has made of the schema while it looked for its cluster goes; anything else stays. */
    private void clear(Connection connection) throws SQLException {
        List<StoredTable> tables = ordered(StoredTable.all(connection));
        for (StoredTable table : tables) {
            if (!table.name().equals("counter")) {
                requireEmpty(connection, table);
            }
        }
        for (StoredTable table : tables.reversed()) {
            Schema.execute(connection, dialect.drop(table.quoted()));
        }
        Schema.execute(connection, "DROP TABLE IF EXISTS change_log");
    }

    private void requireEmpty(Connection connection, StoredTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table.quoted())) {
            if (rows.next() && rows.getLong(1) > 0) {
                throw DatabaseError.NOT_EMPTY.error(
                        "The database " + dialect.place() + " is not restored",
                        "it is not empty: table " + table.name() + " has " + rows.getLong(1) + " rows",
                        "give an empty database, or move this one away if it is really lost");
            }
        }
    }

    private void fill(Connection connection, Archive archive) throws SQLException {
        List<StoredTable> tables = ordered(StoredTable.all(connection));
        Map<String, StoredTable> byName =
                tables.stream().collect(Collectors.toMap(StoredTable::name, Function.identity()));
        Map<String, Archive.Content> contents =
                archive.tables().stream().collect(Collectors.toMap(Archive.Content::table, Function.identity()));
        for (Archive.Content content : archive.tables()) {
            requireFits(Optional.ofNullable(byName.get(content.table())), content);
        }
        for (StoredTable table : tables.reversed()) {
            Schema.execute(connection, "DELETE FROM " + table.quoted());
        }
        for (StoredTable table : tables) {
            insert(connection, table, rows(contents, table));
        }
        for (StoredTable table : tables) {
            for (int i = 0; i < table.columns().size(); i++) {
                if (table.isLater(table.columns().get(i))) {
                    complete(connection, table, i, rows(contents, table));
                }
            }
        }
    }

    private static List<List<Optional<Object>>> rows(Map<String, Archive.Content> contents, StoredTable table) {
        return Optional.ofNullable(contents.get(table.name()))
                .map(Archive.Content::rows)
                .orElse(List.of());
    }

    private static void requireFits(Optional<StoredTable> table, Archive.Content content) {
        List<String> known = table.stream()
                .flatMap(found -> found.columns().stream())
                .map(StoredColumn::name)
                .toList();
        if (!known.equals(content.columns()) || content.rows().stream().anyMatch(row -> row.size() != known.size())) {
            throw bad("its table " + content.table() + " has the columns " + content.columns()
                    + ", and this version of the schema has " + known);
        }
    }

    private static SeraiException bad(String cause) {
        return DatabaseError.BAD_ARCHIVE.error(
                "The archive cannot be restored", cause, "restore it with the software that wrote it");
    }

    private static void insert(Connection connection, StoredTable table, List<List<Optional<Object>>> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(table.insert())) {
            for (List<Optional<Object>> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    StoredColumn column = table.columns().get(i);
                    bind(statement, i + 1, column, table.isLater(column) ? Optional.empty() : row.get(i));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void complete(Connection connection, StoredTable table, int at, List<List<Optional<Object>>> rows)
            throws SQLException {
        StoredColumn column = table.columns().get(at);
        String sql = "UPDATE " + table.quoted() + " SET " + column.quoted() + " = ? WHERE "
                + table.key().quoted() + " = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<Optional<Object>> row : rows) {
                if (row.get(at).isPresent()) {
                    bind(statement, 1, column, row.get(at));
                    bind(statement, 2, table.key(), row.getFirst());
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, int index, StoredColumn column, Optional<Object> value)
            throws SQLException {
        try {
            column.kind().bind(statement, index, value);
        } catch (ClassCastException e) {
            throw bad("a value of column " + column.name() + " is no " + column.kind());
        }
    }

    private void adjust(Connection connection, long revision, Consumer<Transaction> adjusting) {
        JdbcTransaction transaction =
                new JdbcTransaction(connection, new Failures(dialect), Optional.of(revision), List.of());
        try {
            adjusting.accept(transaction);
        } finally {
            transaction.end();
        }
        transaction.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /** Each table after those that its rows need. */
    private static List<StoredTable> ordered(List<StoredTable> tables) {
        List<StoredTable> ordered = new ArrayList<>();
        Set<String> placed = new HashSet<>();
        List<StoredTable> left = new ArrayList<>(tables);
        while (!left.isEmpty()) {
            List<StoredTable> next = left.stream()
                    .filter(table -> placed.containsAll(table.needs()))
                    .toList();
            if (next.isEmpty()) {
                throw new IllegalStateException("tables that need each other: " + left);
            }
            ordered.addAll(next);
            next.forEach(table -> placed.add(table.name()));
            left.removeAll(next);
        }
        return ordered;
    }
}
