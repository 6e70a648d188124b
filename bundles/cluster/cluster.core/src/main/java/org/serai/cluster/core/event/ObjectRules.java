package org.serai.cluster.core.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Event.Action;
import org.serai.cluster.Event.Subject;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.RowChange;
import org.serai.database.Transaction;

/**
 * Events of what has a row: it is there from the moment when its making has ended until its row is gone, whatever it was
 * called in between.
 */
final class ObjectRules implements EventLog.Rules {
    /** Not there yet. */
    private static final Set<String> IN_THE_MAKING = Set.of("creating", "adding");

    private static final Map<String, Rule> RULES = Map.of(
            "client", new Rule(Subject.CLIENT, "client", "name", "", List.of("name")),
            "lpar",
                    new Rule(
                            Subject.PARTITION,
                            "partition",
                            "name",
                            "node",
                            List.of("state", "name", "memory_bytes", "cpus", "kernel", "initrd", "append", "client")),
            "adapter", new Rule(Subject.ADAPTER, "adapter", "id", "drc_name", List.of("client", "slot")),
            "mapping", new Rule(Subject.MAPPING, "mapping", "id", "adapter", List.of("lun", "lu")),
            "pool", new Rule(Subject.POOL, "pool", "name", "", List.of("name", "state", "thresholds", "checksum")),
            "pv", new Rule(Subject.PV, "PV", "path", "", List.of("state", "size_bytes", "path")),
            "tier", new Rule(Subject.TIER, "tier", "name", "", List.of("name", "pvs", "thresholds")),
            "lu",
                    new Rule(
                            Subject.LU,
                            "LU",
                            "name",
                            "pool",
                            List.of("name", "size_bytes", "thick", "tier", "client", "thresholds")),
            "lu_export", new Rule(Subject.EXPORT, "export", "target", "node", List.of("target", "lu", "initiator")));

    /** What may be shown of a change; the others are told by their names only. */
    private static final Set<String> SHOWN = Set.of("state", "name", "size_bytes", "memory_bytes", "cpus");

    /**
     * A table's rule.
     *
     * @param noun what people call it
     * @param name the column with its name
     * @param place the column that says where it is; empty if it is nowhere
     * @param columns those whose change is told
     */
    private record Rule(Subject subject, String noun, String name, String place, List<String> columns) {
        EventDraft event(Action action, String key, Map<String, String> row, String what) {
            var called = row.getOrDefault(name, key);
            return EventDraft.lifecycle(subject, action, key, called, noun + " " + called + " " + what)
                    .at(Optional.ofNullable(row.get("node")).map(UUID::fromString));
        }
    }

    @Override
    public boolean cover(String table) {
        return RULES.containsKey(table);
    }

    @Override
    public List<EventDraft> of(Transaction transaction, RowChange change) {
        var rule = RULES.get(change.table());
        var before = change.before().filter(ObjectRules::isThere);
        var after = change.after().filter(ObjectRules::isThere);
        if (after.isPresent() && before.isEmpty()) {
            return List.of(rule.event(Action.CREATED, change.key(), after.get(), "was made"));
        }
        if (before.isPresent() && after.isEmpty()) {
            return List.of(rule.event(Action.DELETED, change.key(), before.get(), "is gone"));
        }
        return before.isPresent()
                ? changes(transaction, rule, change.key(), before.get(), after.orElseThrow())
                : List.of();
    }

    private static boolean isThere(Map<String, String> row) {
        return !IN_THE_MAKING.contains(row.getOrDefault("state", ""));
    }

    private static List<EventDraft> changes(
            Transaction transaction, Rule rule, String key, Map<String, String> before, Map<String, String> after) {
        List<EventDraft> events = new ArrayList<>();
        var from = Optional.ofNullable(before.get(rule.place()));
        var to = Optional.ofNullable(after.get(rule.place()));
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
            events.add(rule.event(
                    Action.MOVED,
                    key,
                    after,
                    "moved from " + called(transaction, rule.place(), from.get()) + " to "
                            + called(transaction, rule.place(), to.get())));
        }
        var changed = rule.columns().stream()
                .filter(column -> !Objects.equals(before.get(column), after.get(column)))
                .map(column -> told(column, before, after))
                .toList();
        if (!changed.isEmpty()) {
            events.add(rule.event(Action.CHANGED, key, after, "has changed: " + String.join(", ", changed)));
        }
        return events;
    }

    /** The name of a place, as far as it has one. */
    private static String called(Transaction transaction, String column, String id) {
        return switch (column) {
            case "node" -> transaction.get(NodeRow.class, id).map(NodeRow::name).orElse(id);
            case "pool" ->
                transaction
                        .get(AlertRules.PoolName.class, id)
                        .map(AlertRules.PoolName::name)
                        .orElse(id);
            default -> id;
        };
    }

    private static String told(String column, Map<String, String> before, Map<String, String> after) {
        return SHOWN.contains(column)
                ? column + " from " + before.getOrDefault(column, "none") + " to " + after.getOrDefault(column, "none")
                : column;
    }
}
