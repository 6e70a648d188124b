package org.serai.cluster.core.event;

import java.util.List;
import java.util.UUID;
import org.serai.cluster.Event;
import org.serai.database.RowChange;
import org.serai.database.RowObserver;
import org.serai.database.Transaction;

/** Writes events in the transactions of the changes that they tell of, and deletes the oldest ones. */
public final class EventLog implements RowObserver {
    /** How many events are kept. */
    public static final long KEPT = 100_000;

    private static final int TRIM_EVERY = 100;

    private final UUID self;
    private final long kept;
    private final List<Rules> rules;

    /**
     * Writes in the name of a node.
     *
     * @param kept how many events are kept at least
     */
    public EventLog(UUID self, long kept) {
        this.self = self;
        this.kept = kept;
        this.rules = List.of(new NodeRules(), new ObjectRules(), new AlertRules());
    }

    /** What changes of some tables give rise to. */
    interface Rules {
        boolean cover(String table);

        List<EventDraft> of(Transaction transaction, RowChange change);
    }

    @Override
    public boolean observes(String table) {
        return rules.stream().anyMatch(rule -> rule.cover(table));
    }

    @Override
    public void changed(Transaction transaction, RowChange change) {
        rules.stream()
                .filter(rule -> rule.cover(change.table()))
                .flatMap(rule -> rule.of(transaction, change).stream())
                .forEach(draft -> write(transaction, draft));
    }

    /** Writes, in the transaction of its election, that a node is the primary one. */
    public void elected(Transaction transaction, UUID cluster, String clusterName, String node) {
        write(
                transaction,
                EventDraft.lifecycle(
                        Event.Subject.CLUSTER,
                        Event.Action.PRIMARY,
                        cluster.toString(),
                        clusterName,
                        "node " + node + " is the primary node"));
    }

    void write(Transaction transaction, EventDraft draft) {
        var number = transaction.next("event");
        transaction.insert(EventRow.of(number, draft, self));
        if (number % TRIM_EVERY == 0 && number > kept) {
            trim(transaction, number - kept);
        }
    }

    /** What is too old is not much more than what came since the last time; the rest goes the next time. */
    private static void trim(Transaction transaction, long upTo) {
        transaction.after(EventNumber.class, 0, 2 * TRIM_EVERY).stream()
                .filter(row -> row.number() <= upTo)
                .forEach(row -> transaction.delete(EventNumber.class, row.number()));
    }
}
