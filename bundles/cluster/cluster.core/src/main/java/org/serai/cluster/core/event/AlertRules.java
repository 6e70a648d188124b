package org.serai.cluster.core.event;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Event.Action;
import org.serai.cluster.Event.Subject;
import org.serai.database.RowChange;
import org.serai.database.Table;
import org.serai.database.Transaction;

/** Alerts from rows: thresholds of fill that were crossed, and redundant LUs of which one side is behind. */
final class AlertRules implements EventLog.Rules {
    @Table("pool")
    record PoolName(UUID id, String name) {}

    @Table("tier")
    record TierName(UUID id, String name) {}

    @Table("lu")
    record LuName(UUID id, String name) {}

    @Override
    public boolean cover(String table) {
        return Set.of("alert", "redundancy").contains(table);
    }

    @Override
    public List<EventDraft> of(Transaction transaction, RowChange change) {
        return change.table().equals("alert") ? fill(transaction, change) : redundancy(transaction, change);
    }

    /** The key is {@code pool:ID}, {@code tier:ID} or {@code lu:ID}. */
    private static List<EventDraft> fill(Transaction transaction, RowChange change) {
        var key = change.key().split(":", 2);
        var subject = Subject.valueOf(key[0].toUpperCase(Locale.ROOT));
        var name = name(transaction, subject, key[1]);
        var before = threshold(change.before());
        var after = threshold(change.after());
        var row = change.after().or(change::before).orElseThrow();
        var thing = key[0] + " " + name;
        if (after > before) {
            var permille = Integer.parseInt(row.get("fill_permille"));
            return List.of(EventDraft.alert(
                            subject,
                            Action.RAISED,
                            key[1],
                            name,
                            "%s is %d.%d %% full, which is beyond its threshold of %d %%"
                                    .formatted(thing, permille / 10, permille % 10, after))
                    .at(found(row)));
        }
        return after == before
                ? List.of()
                : List.of(EventDraft.alert(
                        subject,
                        Action.CLEARED,
                        key[1],
                        name,
                        "%s is below its threshold of %d %% again".formatted(thing, before)));
    }

    private static Optional<UUID> found(Map<String, String> row) {
        return Optional.of(UUID.fromString(row.get("node")));
    }

    private static int threshold(Optional<Map<String, String>> row) {
        return row.map(columns -> Integer.parseInt(columns.get("threshold_percent")))
                .orElse(0);
    }

    private static String name(Transaction transaction, Subject subject, String id) {
        var name = switch (subject) {
            case POOL -> transaction.get(PoolName.class, id).map(PoolName::name);
            case TIER -> transaction.get(TierName.class, id).map(TierName::name);
            default -> transaction.get(LuName.class, id).map(LuName::name);
        };
        return name.orElse(id);
    }

    private static List<EventDraft> redundancy(Transaction transaction, RowChange change) {
        var before = isBehind(change.before());
        var after = isBehind(change.after());
        if (before == after) {
            return List.of();
        }
        var name = name(transaction, Subject.LU, change.key());
        return List.of(
                after
                        ? EventDraft.alert(
                                Subject.LU,
                                Action.RAISED,
                                change.key(),
                                name,
                                "LU " + name + " is not redundant now: "
                                        + change.after().orElseThrow().get("reason"))
                        : EventDraft.alert(
                                Subject.LU,
                                Action.CLEARED,
                                change.key(),
                                name,
                                "both sides of LU " + name + " are the same again, or it has one side only now"));
    }

    private static boolean isBehind(Optional<Map<String, String>> row) {
        return row.filter(columns -> !columns.get("state").equals("synchronous"))
                .isPresent();
    }
}
