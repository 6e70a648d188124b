package org.serai.cluster.core.ownership;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Journal;
import org.serai.database.Database;
import org.serai.database.Transaction;

/** The journal. Each step is a compare-and-set, so that of two nodes that believe to do an operation one is refused. */
public final class DatabaseJournal implements Journal {
    private final Database database;
    private final Acting self;
    private final Supplier<UUID> tokens;

    /**
     * Writes in the name of one incarnation of one node.
     *
     * @param tokens makes operation tokens, never one twice
     */
    public DatabaseJournal(Database database, Acting self, Supplier<UUID> tokens) {
        this.database = database;
        this.self = self;
        this.tokens = tokens;
    }

    @Override
    public Entry begin(String kind, String object, String detail) {
        var token = tokens.get();
        return database.write(transaction -> {
                    self.requirePresent(transaction);
                    return transaction.insert(new JournalRow(
                            token,
                            transaction.next("journal"),
                            kind,
                            object,
                            self.node(),
                            self.incarnation(),
                            "",
                            State.RUNNING,
                            detail));
                })
                .toEntry();
    }

    @Override
    public Entry step(Entry entry, String step, String detail) {
        return change(entry, step, State.RUNNING, detail);
    }

    @Override
    public Entry step(Transaction transaction, Entry entry, String step, String detail) {
        return change(transaction, entry, step, State.RUNNING, detail);
    }

    @Override
    public Entry end(Entry entry, State state, String detail) {
        return change(entry, entry.step(), state, detail);
    }

    private Entry change(Entry entry, String step, State state, String detail) {
        return database.write(transaction -> change(transaction, entry, step, state, detail));
    }

    private Entry change(Transaction transaction, Entry entry, String step, State state, String detail) {
        self.requirePresent(transaction);
        var row = present(transaction, entry);
        return transaction
                .update(new JournalRow(
                        row.token(),
                        row.number(),
                        row.kind(),
                        row.object(),
                        self.node(),
                        self.incarnation(),
                        step,
                        state,
                        detail))
                .toEntry();
    }

    private static JournalRow present(Transaction transaction, Entry entry) {
        return transaction
                .get(JournalRow.class, entry.token())
                .filter(row -> row.toEntry().equals(entry))
                .orElseThrow(() -> ClusterError.STALE_EPOCH.error(
                        "Operation " + entry.token() + " (" + entry.kind() + " of " + entry.object()
                                + ") is not where this node believes it is",
                        "another node, or another part of this one, went on with it",
                        "read the journal again"));
    }

    @Override
    public List<Entry> open(String kind) {
        return entries("kind", kind, Comparator.comparingLong(JournalRow::number)).stream()
                .filter(entry -> entry.state() == State.RUNNING)
                .toList();
    }

    @Override
    public List<Entry> of(String object) {
        return entries(
                "object", object, Comparator.comparingLong(JournalRow::number).reversed());
    }

    /** Asks the database itself: whoever goes on with another node's operation must not do so from an old copy. */
    private List<Entry> entries(String column, String value, Comparator<JournalRow> order) {
        return database.read(transaction -> transaction.list(JournalRow.class, column, value)).stream()
                .sorted(order)
                .map(JournalRow::toEntry)
                .toList();
    }
}
