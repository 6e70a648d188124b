package org.serai.cluster.core.event;

import java.util.UUID;
import org.serai.cluster.Event;
import org.serai.database.Table;

/** A row of event as it is read. */
@Table("event")
record PastEvent(
        long number,
        Event.Kind kind,
        Event.Subject subject,
        Event.Action action,
        String object,
        String name,
        UUID node,
        String text,
        String at) {
    Event toEvent() {
        return new Event(number, kind, subject, action, object, name, node, text, at);
    }
}
