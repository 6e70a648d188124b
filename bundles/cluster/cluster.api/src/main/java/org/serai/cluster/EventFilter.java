package org.serai.cluster;

import java.util.Optional;
import java.util.Set;

/**
 * Which events a caller wants: those that fit all parts; an empty part fits every event.
 *
 * @param kinds of these kinds
 * @param subjects of these subjects
 * @param actions of these actions
 * @param object of the thing with this name or id
 * @param node of the node with this UUID as text
 */
public record EventFilter(
        Set<Event.Kind> kinds,
        Set<Event.Subject> subjects,
        Set<Event.Action> actions,
        Optional<String> object,
        Optional<String> node) {
    /** Every event. */
    public static final EventFilter ALL =
            new EventFilter(Set.of(), Set.of(), Set.of(), Optional.empty(), Optional.empty());

    /** Keeps copies. */
    public EventFilter {
        kinds = Set.copyOf(kinds);
        subjects = Set.copyOf(subjects);
        actions = Set.copyOf(actions);
    }

    /** Whether an event is wanted. */
    public boolean fits(Event event) {
        return (kinds.isEmpty() || kinds.contains(event.kind()))
                && (subjects.isEmpty() || subjects.contains(event.subject()))
                && (actions.isEmpty() || actions.contains(event.action()))
                && object.filter(text -> !text.equals(event.object()) && !text.equals(event.name()))
                        .isEmpty()
                && node.filter(text -> !text.equals(event.node().toString())).isEmpty();
    }
}
