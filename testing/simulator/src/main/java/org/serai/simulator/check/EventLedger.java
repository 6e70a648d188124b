package org.serai.simulator.check;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.serai.simulator.kernel.Trace;

/** What registered listeners were told. */
public final class EventLedger {
    private final Trace trace;
    private final boolean forgets;
    private final Map<String, Long> from = new HashMap<>();
    private final Map<String, TreeSet<Long>> told = new HashMap<>();

    /** @param forgets whether events are deleted before everybody has read them */
    public EventLedger(Trace trace, boolean forgets) {
        this.trace = trace;
        this.forgets = forgets;
    }

    /** A registration counts from that number, as its holder was told first. */
    public void registered(String name, long number) {
        from.putIfAbsent(name, number);
        told.computeIfAbsent(name, _ -> new TreeSet<>());
    }

    /** One delivery to one listener. */
    public final class Delivery {
        private final String name;
        private long last = -1;

        Delivery(String name) {
            this.name = name;
        }

        /** It is told an event. */
        public void told(long after, boolean missed, long number) {
            if (missed && !forgets) {
                throw trace.broken("no event is deleted unread here: " + name + " at " + number);
            }
            if (number <= last || after >= number || last >= 0 && after != last) {
                throw trace.broken("events come in order: " + name + " is told " + number + " (after " + after
                        + ") when it knows " + last);
            }
            // Who listens to all events is told of all numbers, or that some are gone.
            if (missed == (number == after + 1)) {
                throw trace.broken("a gap in the events is told of: " + name + " is told " + number + " after " + after
                        + (missed ? " with a gap" : " without a gap"));
            }
            last = number;
            for (var known = missed ? after + 1 : number; known <= number; known++) {
                EventLedger.this.told.get(name).add(known);
            }
        }
    }

    /** A listener is put to a registration. */
    public Delivery delivery(String name) {
        return new Delivery(name);
    }

    /** Whether every registered listener was told every event, or that it missed it. */
    public String missing(Truth truth) throws SQLException {
        var newest = truth.number("SELECT COALESCE(MAX(number), 0) FROM event");
        for (var registration : from.entrySet()) {
            var numbers = told.get(registration.getKey());
            for (var number = registration.getValue() + 1; number <= newest; number++) {
                if (!numbers.contains(number)) {
                    return registration.getKey() + " was not told event " + number + " of " + newest;
                }
            }
        }
        return "";
    }
}
