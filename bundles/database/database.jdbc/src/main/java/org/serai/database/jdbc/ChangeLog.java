package org.serai.database.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.serai.database.Change;

/** The change log and the counters, by SQL. */
final class ChangeLog {
    static final String REVISION = "revision";

    private static final int TRIM_EVERY = 500;

    private ChangeLog() {}

    /** Takes the next value of a counter; the row's lock is held until the transaction ends. */
    static long next(Connection connection, String counter) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE counter SET value = value + 1 WHERE name = ?")) {
            update.setString(1, counter);
            if (update.executeUpdate() == 0) {
                insertCounter(connection, counter);
                return 1;
            }
        }
        return value(connection, counter);
    }

    private static void insertCounter(Connection connection, String counter) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO counter (name, value) VALUES (?, 1)")) {
            insert.setString(1, counter);
            insert.executeUpdate();
        }
    }

    /** A counter's value, 0 if it was never taken. */
    static long value(Connection connection, String counter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM counter WHERE name = ?")) {
            select.setString(1, counter);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** The last commit, in one statement. */
    static Head head(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT counter.value,"
                + " (SELECT MIN(mark) FROM change_log WHERE revision = counter.value) FROM counter WHERE name = ?")) {
            select.setString(1, REVISION);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? new Head(rows.getLong(1), Optional.ofNullable(rows.getString(2)))
                        : new Head(0, Optional.empty());
            }
        }
    }

    /** The mark of a commit; empty if it has none, or is not in the log any more. */
    static Optional<String> mark(Connection connection, long revision) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT MIN(mark) FROM change_log WHERE revision = ?")) {
            select.setLong(1, revision);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** @param mark empty where the schema may be one that has no place for it */
    static void append(Connection connection, List<Change> changes, Optional<String> mark) throws SQLException {
        String insertion = mark.isPresent()
                ? "INSERT INTO change_log (revision, line, table_name, row_key, kind, mark) VALUES (?, ?, ?, ?, ?, ?)"
                : "INSERT INTO change_log (revision, line, table_name, row_key, kind) VALUES (?, ?, ?, ?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(insertion)) {
            int line = 0;
            for (Change change : changes) {
                insert.setLong(1, change.revision());
                insert.setInt(2, line++);
                insert.setString(3, change.table());
                insert.setString(4, change.key());
                insert.setString(5, change.kind().name().toLowerCase(Locale.ROOT));
                if (mark.isPresent()) {
                    insert.setString(6, mark.get());
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Now and then deletes what is older than the kept revisions. */
    static void trim(Connection connection, long revision, long kept) throws SQLException {
        if (revision % Math.min(TRIM_EVERY, kept) != 0 || revision <= kept) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM change_log WHERE revision <= ?")) {
            delete.setLong(1, revision - kept);
            delete.executeUpdate();
        }
    }

    /**
     * The commits after a revision up to another one, each with its changes; fewer commits than revisions mean that the
     * log was trimmed.
     */
    static SortedMap<Long, List<Change>> between(Connection connection, long after, long upTo) throws SQLException {
        SortedMap<Long, List<Change>> commits = new TreeMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT revision, table_name, row_key, kind FROM change_log"
                        + " WHERE revision > ? AND revision <= ? ORDER BY revision, line")) {
            select.setLong(1, after);
            select.setLong(2, upTo);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Change change = new Change(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            Change.Kind.valueOf(rows.getString(4).toUpperCase(Locale.ROOT)));
                    commits.computeIfAbsent(change.revision(), _ -> new ArrayList<>())
                            .add(change);
                }
            }
        }
        return commits;
    }
}
