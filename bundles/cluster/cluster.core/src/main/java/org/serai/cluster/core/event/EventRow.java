package org.serai.cluster.core.event;

import java.util.UUID;
import org.serai.cluster.Event;
import org.serai.database.Table;

/** A row of event as it is written; the database adds the time. */
@Table("event")
record EventRow(
        long number,
        Event.Kind kind,
        Event.Subject subject,
        Event.Action action,
        String object,
        String name,
        UUID node,
        String text) {
    private static final int NAME_AT_MOST = 255;
    private static final int TEXT_AT_MOST = 1024;

    static EventRow of(long number, EventDraft draft, UUID self) {
        return new EventRow(
                number,
                draft.kind(),
                draft.subject(),
                draft.action(),
                draft.object(),
                cut(draft.name(), NAME_AT_MOST),
                draft.node().orElse(self),
                cut(draft.text(), TEXT_AT_MOST));
    }

    private static String cut(String text, int atMost) {
        return text.length() > atMost ? text.substring(0, atMost) : text;
    }
}
