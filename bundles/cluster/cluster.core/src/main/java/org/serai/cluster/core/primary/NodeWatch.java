package org.serai.cluster.core.primary;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.Primary;
import org.serai.cluster.core.event.NodeStatusRow;
import org.serai.cluster.core.event.NodeStatusRow.Link;
import org.serai.cluster.core.event.NodeStatusRow.State;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Database;
import org.serai.database.View;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down how the nodes stand, from which the events of nodes come. The primary node does it as soon as it is sure;
 * the others wait a lease for it, so that a primary node which cannot write is made up for. The row is changed by compare-and-set: one of
 * all who find the same writes it.
 */
public final class NodeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    /**
     * A heartbeat comes a renewal after what it tells, and is seen another one later: a node that reaches the database
     * again has written so itself by then, and must not be told of as having lost it once more.
     */
    private static final int HEARTBEATS_LATE_TICKS = 2;

    private final Database database;
    private final UUID self;
    private final Primary primary;
    private final Liveness liveness;
    private final Election.Proofs proofs;
    private final Supplier<Map<UUID, String>> failingPools;
    private final int patienceTicks;
    private final View<NodeStatusRow> statuses;
    private final View<NodeRow> nodes;
    private final Map<UUID, UUID> incarnations = new HashMap<>();
    private List<NodeRow> read = List.of();
    private final Map<UUID, Integer> ticksFound = new HashMap<>();

    /**
     * Watches for one node.
     *
     * @param failingPools this node's pools that do not answer now, and why
     * @param patienceTicks how many ticks a node that is not the primary one waits for that
     */
    public NodeWatch(
            Database database,
            UUID self,
            Primary primary,
            Liveness liveness,
            Election.Proofs proofs,
            Supplier<Map<UUID, String>> failingPools,
            int patienceTicks) {
        this.database = database;
        this.self = self;
        this.primary = primary;
        this.liveness = liveness;
        this.proofs = proofs;
        this.failingPools = failingPools;
        this.patienceTicks = patienceTicks;
        this.statuses = database.view(NodeStatusRow.class);
        this.nodes = database.view(NodeRow.class);
    }

    /** Looks at all nodes; called every renewal, by one thread. */
    public void tick() {
        try {
            statuses.get(self).ifPresent(this::lookAtSelf);
            readNodes();
            for (var status : statuses.all()) {
                if (!status.node().equals(self) && status.incarnation().equals(incarnations.get(status.node()))) {
                    lookAt(status);
                }
            }
        } catch (SeraiException later) {
            LOG.debug("how the nodes stand is written down later", later);
        }
    }

    /** Made anew only when the view has changed, for a large cluster is looked at every second. */
    private void readNodes() {
        var now = nodes.all();
        if (now != read) {
            read = now;
            incarnations.clear();
            now.forEach(node -> incarnations.put(node.id(), node.incarnation()));
        }
    }

    /** A node that can write this reaches the database. */
    private void lookAtSelf(NodeStatusRow status) {
        var failing = failingPools.get();
        var storage = failing.isEmpty() ? Link.OK : Link.LOST;
        if (status.storage() != storage || status.databaseLink() != Link.OK) {
            change(status, status.with(storage, Link.OK, failing.isEmpty() ? "" : "pools " + failing));
        }
    }

    private void lookAt(NodeStatusRow status) {
        var found = found(status);
        if (found.isEmpty()) {
            ticksFound.remove(status.node());
        } else if (ticksFound.merge(status.node(), 1, Integer::sum) > patienceTicks(found.get())) {
            ticksFound.remove(status.node());
            change(status, found.get());
        }
    }

    private int patienceTicks(NodeStatusRow found) {
        int late = found.state() == State.UP ? HEARTBEATS_LATE_TICKS : 0;
        return primary.isSelf() ? late : Math.max(late, patienceTicks);
    }

    /** What is not as it was written down. */
    private Optional<NodeStatusRow> found(NodeStatusRow status) {
        if (status.state() != State.UP) {
            return Optional.empty();
        }
        var seen = liveness.seen(status.node());
        if (seen.state() == Liveness.State.ALIVE) {
            return seen.databaseLost() && status.databaseLink() == Link.OK
                    ? Optional.of(status.with(status.storage(), Link.LOST, "its heartbeats say so"))
                    : Optional.empty();
        }
        return proofs.look(status.node(), status.incarnation())
                .filter(proof -> proof.kind() != DeathProof.Kind.NEWER_INCARNATION)
                .map(proof -> status.with(
                        proof.kind() == DeathProof.Kind.GOODBYE ? State.STOPPED : State.FAILED,
                        because(status, proof)));
    }

    /** What the node itself has told before it fell silent tells apart why it failed. */
    private static String because(NodeStatusRow status, DeathProof proof) {
        var loss = status.storage() == Link.LOST ? "it had lost its storage (" + status.reason() + "); " : "";
        return loss + proof.kind() + ": " + proof.explanation();
    }

    private void change(NodeStatusRow from, NodeStatusRow to) {
        database.write(transaction -> {
            var now = transaction.get(NodeStatusRow.class, from.node());
            if (now.equals(Optional.of(from))) {
                transaction.update(to);
            }
            return now;
        });
    }

    /** Writes down that this node stops in order, once nothing of it serves any more; another one finds it otherwise. */
    public void stopped() {
        try {
            statuses.get(self).ifPresent(status -> change(status, status.with(State.STOPPED, "")));
        } catch (SeraiException unreachable) {
            LOG.debug("the others will find out that this node has stopped", unreachable);
        }
    }
}
