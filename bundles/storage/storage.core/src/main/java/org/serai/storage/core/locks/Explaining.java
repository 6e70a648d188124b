package org.serai.storage.core.locks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.LockExplanation;
import org.serai.storage.Lu;
import org.serai.storage.LuLock;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;

/** Says why an LU cannot be had here now, and what could be done. */
final class Explaining {
    private final Catalog catalog;
    private final Pairs pairs;
    private final LockTable table;
    private final Attachments attachments;
    private final SpaceLock.Cluster cluster;

    Explaining(Catalog catalog, Pairs pairs, LockTable table, Attachments attachments, SpaceLock.Cluster cluster) {
        this.catalog = catalog;
        this.pairs = pairs;
        this.table = table;
        this.attachments = attachments;
        this.cluster = cluster;
    }

    LockExplanation explain(LuRow row) {
        List<String> reasons = new ArrayList<>();
        List<String> actions = new ArrayList<>();
        Optional<LuLock> held = table.held(row);
        List<LuLock> parts = table.heldParts(row);
        state(row, reasons, actions);
        held.ifPresent(lock -> holder(row, lock, reasons, actions));
        List<String> names = table.partNames(row);
        if (!names.isEmpty()) {
            reasons.add("it has sub-partitions, which are opened instead of it: " + String.join(", ", names));
            actions.add("open these; once part:delete has deleted them the LU is opened as a whole");
        }
        parts.forEach(lock -> part(lock, reasons));
        Optional<RedundancyRow> pair = pairs.with(row.id());
        pair.ifPresent(found -> pair(row, found, held.isPresent(), reasons, actions));
        if (reasons.isEmpty()) {
            actions.add("open it: nothing is in the way");
        }
        Optional<LuLock> lock = held.or(() -> table.last(row, Optional.empty(), row.object()));
        return new LockExplanation(row.id(), row.name(), lock, parts, List.copyOf(reasons), List.copyOf(actions));
    }

    private void state(LuRow row, List<String> reasons, List<String> actions) {
        if (row.state() != RowState.ONLINE) {
            reasons.add("it is " + (row.state() == RowState.CREATING ? "being made" : "being deleted"));
            actions.add("wait: what was cut off is cleared by itself");
        }
        if (attachments.find(row.pool()).isEmpty()) {
            reasons.add(
                    "pool " + catalog.pool(row.pool()).map(PoolRow::name).orElse("") + " is not attached at this node");
            actions.add("see to the pool's PVs and driver");
        }
    }

    private void holder(LuRow row, LuLock lock, List<String> reasons, List<String> actions) {
        boolean here = lock.node().equals(cluster.membership().self().id());
        String since = lock.since().isEmpty() ? "" : " since " + lock.since();
        reasons.add((here ? "this node" : "node " + lock.nodeName()) + " holds it for " + lock.operation() + since);
        if (here) {
            actions.add(Lu.Lock.ending(row.name(), lock.operation(), lock.nodeName())
                    .orElse("end that at this node"));
            return;
        }
        actions.add(
                switch (lock.nodeState()) {
                    case ALIVE ->
                        "wait for that to end, or end it at node " + lock.nodeName() + ", which is alive"
                                + Lu.Lock.ending(row.name(), lock.operation(), lock.nodeName())
                                        .map(ending -> ": " + ending)
                                        .orElse("");
                    case SUSPECT -> "node " + lock.nodeName() + " is silent; wait until it is back or proven dead";
                    case DEAD, STOPPED ->
                        "node " + lock.nodeName() + " is dead: break its lock (lock:break " + row.name()
                                + "), or start what it ran at another node, which takes it over";
                    case UNKNOWN ->
                        "nothing shows whether node " + lock.nodeName()
                                + " lives: see to the pools that both have attached, or give the operator's word";
                });
    }

    private static void part(LuLock lock, List<String> reasons) {
        reasons.add("its sub-partition " + lock.part().orElseThrow() + " is in use at node " + lock.nodeName() + " for "
                + lock.operation());
    }

    private void pair(LuRow row, RedundancyRow pair, boolean held, List<String> reasons, List<String> actions) {
        if (!pair.lu().equals(row.id())) {
            boolean copy = pair.copy().equals(row.id());
            reasons.add("it " + (copy ? "is the copy" : "holds the intents") + " of LU " + name(pair.lu()));
            if (copy) {
                actions.add("lu:export " + name(pair.lu()) + " --read-only reads it, lu:promote makes it the LU");
            }
        } else if (held) {
            actions.add(
                    pair.state() == State.COPY_BEHIND
                            ? "its copy " + name(pair.copy()) + " is behind and cannot be read"
                            : "to read only: lu:export " + row.name() + " --read-only shows its copy "
                                    + name(pair.copy()));
        }
    }

    private String name(UUID lu) {
        return catalog.lu(lu).map(LuRow::name).orElse(lu.toString());
    }
}
