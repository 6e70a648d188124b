package org.serai.simulator.check;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.serai.simulator.kernel.Trace;

/** What the database holds, read beside all nodes after each commit, and what no commit may do to it. */
public final class Truth implements AutoCloseable {
    private final Connection judge;
    private final Trace trace;
    private final BiConsumer<Owned, Owned> overtaken;
    private final Map<String, Owned> owned = new HashMap<>();
    private final Map<String, String> holders = new HashMap<>();
    private long revision;

    /** @param overtaken is told the former and the new owner of what was not given back */
    public Truth(Connection judge, Trace trace, BiConsumer<Owned, Owned> overtaken) {
        this.judge = judge;
        this.trace = trace;
        this.overtaken = overtaken;
    }

    /** A row of ownership. */
    public record Owned(String object, Optional<String> incarnation, long epoch) {}

    /** A commit was made. */
    public void committed() {
        try {
            var now = number("SELECT value FROM counter WHERE name = 'revision'");
            if (now != revision + 1 && revision > 0) {
                throw trace.broken("revisions have no gap: " + now + " follows " + revision);
            }
            var tables = changed(now);
            revision = now;
            trace.note("database", "revision " + now + tables);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String changed(long now) throws SQLException {
        var tables = new StringBuilder();
        try (var changes =
                judge.prepareStatement("SELECT table_name, row_key FROM change_log WHERE revision = ? ORDER BY line")) {
            changes.setLong(1, now);
            try (var rows = changes.executeQuery()) {
                while (rows.next()) {
                    tables.append(' ').append(rows.getString(1));
                    switch (rows.getString(1)) {
                        case "ownership" -> tables.append(' ').append(look(rows.getString(2)));
                        case "journal" -> lookAtJournal(rows.getString(2));
                        default -> {}
                    }
                }
            }
        }
        return tables.toString();
    }

    /** Who writes into the journal writes its name there. */
    private void lookAtJournal(String token) throws SQLException {
        for (var incarnation : texts("SELECT incarnation FROM journal WHERE token = '" + token + "'")) {
            requirePresent(incarnation);
        }
    }

    private Owned look(String object) throws SQLException {
        try (var select = judge.prepareStatement("SELECT incarnation, epoch FROM ownership WHERE object = ?")) {
            select.setString(1, object);
            try (var rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw trace.broken("no row of ownership is deleted: " + object);
                }
                var now = new Owned(object, Optional.ofNullable(rows.getString(1)), rows.getLong(2));
                compare(Optional.ofNullable(owned.put(object, now)), now);
                return now;
            }
        }
    }

    private void compare(Optional<Owned> before, Owned now) throws SQLException {
        if (before.filter(old -> old.epoch() > now.epoch()).isPresent()) {
            throw trace.broken("an epoch never falls: " + before.get() + ", then " + now);
        }
        if (now.incarnation().isEmpty()) {
            return;
        }
        var holder = now.incarnation().get();
        var other = holders.put(now.object() + " " + now.epoch(), holder);
        if (other != null && !other.equals(holder)) {
            throw trace.broken(now.object() + " has one holder in an epoch: " + other + ", then " + now);
        }
        if (before.flatMap(Owned::incarnation).equals(now.incarnation())) {
            return;
        }
        requirePresent(holder);
        before.filter(old -> old.incarnation().isPresent()).ifPresent(old -> overtaken.accept(old, now));
    }

    /** Only the present incarnation of a registered node takes anything. */
    private void requirePresent(String incarnation) throws SQLException {
        if (number("SELECT COUNT(*) FROM node WHERE incarnation = '" + incarnation + "'") != 1) {
            throw trace.broken("an incarnation that is over takes nothing: " + incarnation);
        }
        if (number("SELECT COUNT(*) FROM node_end WHERE incarnation = '" + incarnation + "'") != 0) {
            throw trace.broken("an incarnation that was declared over takes nothing: " + incarnation);
        }
    }

    /** The row of an object, as it was committed last. */
    public Optional<Owned> owner(String object) {
        return Optional.ofNullable(owned.get(object));
    }

    /** One number out of the database. */
    public long number(String sql) throws SQLException {
        try (PreparedStatement select = judge.prepareStatement(sql);
                var rows = select.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** One column out of the database. */
    public java.util.List<String> texts(String sql) throws SQLException {
        var found = new java.util.ArrayList<String>();
        try (PreparedStatement select = judge.prepareStatement(sql);
                var rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** The last revision. */
    public long revision() {
        return revision;
    }

    @Override
    public void close() throws SQLException {
        judge.close();
    }
}
