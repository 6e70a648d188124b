package org.serai.cluster.core.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events.Batch;
import org.serai.database.Database;
import org.serai.database.Transaction;

/** Reads events in portions, each in a transaction of its own: numbers have no gaps, and what is there does not change. */
final class EventReading {
    private static final int PORTION = 500;

    private final Database database;

    EventReading(Database database) {
        this.database = database;
    }

    long last() {
        return database.read(EventReading::last);
    }

    static long last(Transaction transaction) {
        return transaction.get(CounterRow.class, "event").map(CounterRow::value).orElse(0L);
    }

    private record Portion(long last, long oldest, List<PastEvent> rows) {}

    private Portion portion(long after) {
        return database.read(transaction -> {
            var last = last(transaction);
            var oldest = transaction.after(EventNumber.class, 0, 1).stream()
                    .findFirst()
                    .map(EventNumber::number)
                    .orElse(last + 1);
            return new Portion(last, oldest, transaction.after(PastEvent.class, after, PORTION));
        });
    }

    /** A number that was never given is of a database which was put back since: all of it is to be read anew. */
    Batch after(long number, EventFilter filter, int limit) {
        var portion = portion(number);
        if (number > portion.last()) {
            return new Batch(number, portion.last(), true, List.of());
        }
        var missed = portion.oldest() > number + 1;
        var upTo = number;
        List<Event> fitting = new ArrayList<>();
        while (true) {
            for (var row : portion.rows()) {
                var event = row.toEvent();
                if (filter.fits(event)) {
                    if (fitting.size() == limit) {
                        return new Batch(number, upTo, missed, List.copyOf(fitting));
                    }
                    fitting.add(event);
                }
                upTo = event.number();
            }
            if (portion.rows().size() < PORTION) {
                return new Batch(number, Math.max(upTo, portion.last()), missed, List.copyOf(fitting));
            }
            portion = portion(upTo);
        }
    }

    /** What a node was called that is gone, by the last event of it. */
    Optional<String> formerName(UUID node) {
        return database.read(transaction -> transaction.list(PastEvent.class, "object", node.toString())).stream()
                .filter(row -> row.subject() == Event.Subject.NODE)
                .max(Comparator.comparingLong(PastEvent::number))
                .map(PastEvent::name);
    }

    List<Event> newest(EventFilter filter, int limit) {
        List<Event> fitting = new ArrayList<>();
        var before = last() + 1;
        while (before > 1 && fitting.size() < limit) {
            var from = before;
            var rows = portion(Math.max(0, before - 1 - PORTION)).rows().stream()
                    .filter(row -> row.number() < from)
                    .toList();
            if (rows.isEmpty()) {
                break;
            }
            for (var row : rows.reversed()) {
                var event = row.toEvent();
                if (fitting.size() < limit && filter.fits(event)) {
                    fitting.add(event);
                }
            }
            before = rows.getFirst().number();
        }
        return fitting.reversed();
    }
}
