package org.serai.cluster.core.event;

import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Event;
import org.serai.cluster.Event.Action;
import org.serai.cluster.Event.Subject;

/**
 * An event before it has a number.
 *
 * @param node where it happened; empty for the node that writes it
 */
record EventDraft(
        Event.Kind kind, Subject subject, Action action, String object, String name, Optional<UUID> node, String text) {
    static EventDraft lifecycle(Subject subject, Action action, String object, String name, String text) {
        return new EventDraft(Event.Kind.LIFECYCLE, subject, action, object, name, Optional.empty(), text);
    }

    static EventDraft alert(Subject subject, Action action, String object, String name, String text) {
        return new EventDraft(Event.Kind.ALERT, subject, action, object, name, Optional.empty(), text);
    }

    EventDraft at(Optional<UUID> where) {
        return new EventDraft(kind, subject, action, object, name, where, text);
    }
}
