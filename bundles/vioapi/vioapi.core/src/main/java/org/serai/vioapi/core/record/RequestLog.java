package org.serai.vioapi.core.record;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.serai.cluster.Membership;
import org.serai.cluster.Primary;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.vioapi.core.record.RequestRow.State;

/**
 * The requests that change something, in the VIOS DB. A row is written before anything is done, under a key that is
 * unique in the cluster, so that a request is begun once, whichever nodes are asked; the answer follows when it is done.
 * If the node ends between the two, the row stays as running with an incarnation that is over: nobody knows how far it
 * got, and nobody does it again.
 */
public final class RequestLog {
    private static final int KEPT = 1000;
    private static final int DELETED_AT_ONCE = 2;
    private static final int COLUMN_CHARACTERS = 255;
    private static final int ANSWER_CHARACTERS = 32 << 10;

    private final Supplier<Database> database;
    private final Supplier<Membership> membership;
    private final Supplier<List<Primary.Standing>> standings;

    /**
     * In that database, in the name of that member.
     *
     * @param standings how the nodes stand
     */
    public RequestLog(
            Supplier<Database> database, Supplier<Membership> membership, Supplier<List<Primary.Standing>> standings) {
        this.database = database;
        this.membership = membership;
        this.standings = standings;
    }

    /**
     * Writes a request down, or finds the one that was written down under its key.
     *
     * @param begun whether it is new and to be done now
     */
    public record Entry(RequestRow row, boolean begun) {}

    /** See {@link Entry}. */
    public Entry begin(String caller, String id, String digest, String what) {
        var self = membership.get().self();
        String key = caller + "/" + id;
        return database.get().write(transaction -> {
            Optional<RequestRow> earlier = transaction.list(RequestRow.class, "request_key", key).stream()
                    .findFirst();
            if (earlier.isPresent()) {
                return new Entry(earlier.get(), false);
            }
            RequestRow row = new RequestRow(
                    transaction.next("vio_request"),
                    key,
                    id,
                    caller,
                    digest,
                    cut(what),
                    State.RUNNING,
                    self.id(),
                    self.incarnation(),
                    "",
                    "");
            forget(transaction, row.number() - KEPT);
            return new Entry(transaction.insert(row), true);
        });
    }

    /** A request is known for the next thousand; of those that run none is forgotten. */
    private void forget(Transaction transaction, long upTo) {
        for (RequestRow old : transaction.after(RequestRow.class, 0, DELETED_AT_ONCE)) {
            if (old.number() <= upTo && (old.state() != State.RUNNING || isOver(old))) {
                transaction.delete(RequestRow.class, old.number());
            }
        }
    }

    /** Keeps the answer. */
    public void end(RequestRow row, State how, String answer) {
        String kept = answer.length() > ANSWER_CHARACTERS ? "" : answer;
        database.get()
                .write(transaction -> transaction
                        .get(RequestRow.class, row.number())
                        .map(now -> transaction.update(now.ended(how, kept))));
    }

    /** Keeps how far it is. */
    public void at(RequestRow row, String sentence) {
        database.get()
                .write(transaction -> transaction
                        .get(RequestRow.class, row.number())
                        .filter(now -> now.state() == State.RUNNING)
                        .map(now -> transaction.update(now.at(cut(sentence)))));
    }

    /** A request as the database has it now. */
    public Optional<RequestRow> row(long number) {
        return database.get().read(transaction -> transaction.get(RequestRow.class, number));
    }

    /** Those that are known, the newest first. */
    public List<RequestRow> all() {
        List<RequestRow> rows = database.get().read(transaction -> transaction.after(RequestRow.class, 0, 2 * KEPT));
        return rows.reversed();
    }

    /** Those of an id, whoever gave it. */
    public List<RequestRow> of(String id) {
        return database.get().read(transaction -> transaction.list(RequestRow.class, "id", id));
    }

    /** Whether the start of the node that does it is over, so that it never ends. */
    public boolean isOver(RequestRow row) {
        return row.state() == State.RUNNING && (isReplaced(row) || isKnownToHaveEnded(row));
    }

    private boolean isReplaced(RequestRow row) {
        return membership
                .get()
                .node(row.node())
                .filter(node -> node.incarnation().equals(row.incarnation()))
                .isEmpty();
    }

    /** Nobody need have started it again. */
    private boolean isKnownToHaveEnded(RequestRow row) {
        return standings.get().stream()
                .anyMatch(standing -> standing.incarnation().equals(row.incarnation())
                        && !standing.state().equals("up"));
    }

    private static String cut(String text) {
        return text.length() > COLUMN_CHARACTERS ? text.substring(0, COLUMN_CHARACTERS) : text;
    }
}
