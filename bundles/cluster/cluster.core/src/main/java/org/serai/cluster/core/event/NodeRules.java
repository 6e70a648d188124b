package org.serai.cluster.core.event;

import static org.serai.cluster.Event.Subject.NODE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Event.Action;
import org.serai.cluster.core.event.NodeStatusRow.Link;
import org.serai.cluster.core.event.NodeStatusRow.State;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.RowChange;
import org.serai.database.Table;
import org.serai.database.Transaction;

/**
 * Events of nodes. A new incarnation tells how the earlier one ended: what nobody has written down by then was no orderly
 * stop, for that writes it.
 */
final class NodeRules implements EventLog.Rules {
    @Table("pv")
    record PvPath(UUID id, String path) {}

    @Override
    public boolean cover(String table) {
        return Set.of("node", "node_status", "node_delegation").contains(table);
    }

    @Override
    public List<EventDraft> of(Transaction transaction, RowChange change) {
        var id = UUID.fromString(change.key());
        if (change.table().equals("node_delegation")) {
            return delegation(transaction, change);
        }
        return change.table().equals("node") ? registration(transaction, change, id) : status(transaction, change, id);
    }

    private static List<EventDraft> registration(Transaction transaction, RowChange change, UUID id) {
        if (change.after().isEmpty()) {
            transaction.get(NodeStatusRow.class, id).ifPresent(_ -> transaction.delete(NodeStatusRow.class, id));
            var name = change.before().orElseThrow().get("name");
            return List.of(
                    event(Action.REMOVED, id, name, "node " + name + " does not belong to the cluster any more"));
        }
        var now = change.after().get();
        var name = now.get("name");
        var incarnation = UUID.fromString(now.get("incarnation"));
        if (change.before().isEmpty()) {
            transaction.insert(NodeStatusRow.up(id, incarnation));
            return List.of(event(Action.ADDED, id, name, "node " + name + " belongs to the cluster"));
        }
        return change.before().get().get("incarnation").equals(now.get("incarnation"))
                ? List.of()
                : started(transaction, NodeStatusRow.up(id, incarnation), name);
    }

    private static List<EventDraft> started(Transaction transaction, NodeStatusRow up, String name) {
        var id = up.node();
        var before = transaction.get(NodeStatusRow.class, id);
        if (before.isPresent()) {
            transaction.update(up);
        } else {
            transaction.insert(up);
        }
        List<EventDraft> events = new ArrayList<>();
        var state = before.map(NodeStatusRow::state).orElse(State.STOPPED);
        if (state == State.UP) {
            events.add(event(
                    Action.FAILED, id, name, "node " + name + " ended without being stopped, and was started anew"));
        }
        events.add(
                state == State.STOPPED
                        ? event(Action.STARTED, id, name, "node " + name + " was started")
                        : event(Action.RECOVERED, id, name, "node " + name + " runs again, as a new incarnation"));
        return events;
    }

    /** Only what became of one incarnation: what a new one brings is told with its registration. */
    private static List<EventDraft> status(Transaction transaction, RowChange change, UUID id) {
        if (change.before().isEmpty()
                || change.after().isEmpty()
                || !change.before()
                        .get()
                        .get("incarnation")
                        .equals(change.after().get().get("incarnation"))) {
            return List.of();
        }
        var before = change.before().get();
        var after = change.after().get();
        var name = transaction.get(NodeRow.class, id).map(NodeRow::name).orElse(change.key());
        List<EventDraft> events = new ArrayList<>();
        if (became(State.FAILED, "state", before, after)) {
            events.add(event(Action.FAILED, id, name, "node " + name + " has failed: " + after.get("reason")));
        }
        if (became(State.STOPPED, "state", before, after)) {
            events.add(event(Action.STOPPED, id, name, "node " + name + " was stopped in order"));
        }
        link(events, "storage", Action.STORAGE_LOST, Action.STORAGE_BACK, id, name, before, after);
        link(events, "database_link", Action.DATABASE_LOST, Action.DATABASE_BACK, id, name, before, after);
        return events;
    }

    /** Its I/O goes on, so it has not lost its storage; but one more failure and it has. */
    private static List<EventDraft> delegation(Transaction transaction, RowChange change) {
        var row = change.after().or(change::before).orElseThrow();
        var id = UUID.fromString(row.get("node"));
        var name = name(transaction, id);
        var neighbour = name(transaction, UUID.fromString(row.get("neighbour")));
        var pv = transaction.get(PvPath.class, row.get("pv")).map(PvPath::path).orElse(row.get("pv"));
        return List.of(
                change.after().isPresent()
                        ? alert(
                                Action.RAISED,
                                id,
                                name,
                                "node " + name + " does not reach PV " + pv + ": its I/O goes through node "
                                        + neighbour)
                        : alert(
                                Action.CLEARED,
                                id,
                                name,
                                "no I/O of node " + name + " to PV " + pv + " goes through node " + neighbour
                                        + " any more"));
    }

    private static String name(Transaction transaction, UUID node) {
        return transaction.get(NodeRow.class, node).map(NodeRow::name).orElse(node.toString());
    }

    private static void link(
            List<EventDraft> events,
            String column,
            Action lost,
            Action back,
            UUID id,
            String name,
            Map<String, String> before,
            Map<String, String> after) {
        var what = column.equals("storage") ? "its storage" : "the VIOS DB";
        if (became(Link.LOST, column, before, after)) {
            events.add(alert(lost, id, name, "node " + name + " does not reach " + what + ": " + after.get("reason")));
        }
        if (became(Link.OK, column, before, after)) {
            events.add(alert(back, id, name, "node " + name + " reaches " + what + " again"));
        }
    }

    private static boolean became(Enum<?> value, String column, Map<String, String> before, Map<String, String> after) {
        return value.name().equalsIgnoreCase(after.get(column)) && !value.name().equalsIgnoreCase(before.get(column));
    }

    private static EventDraft event(Action action, UUID id, String name, String text) {
        return EventDraft.lifecycle(NODE, action, id.toString(), name, text).at(Optional.of(id));
    }

    private static EventDraft alert(Action action, UUID id, String name, String text) {
        return EventDraft.alert(NODE, action, id.toString(), name, text).at(Optional.of(id));
    }
}
