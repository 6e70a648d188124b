package org.serai.cluster.core.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.DeathProof.Kind;
import org.serai.cluster.Fencing;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.core.liveness.Finding;
import org.serai.cluster.core.liveness.Heartbeat;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DelegationRow;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ladder of proofs as an operator climbs it, and what can be done with a node once it is proven dead. */
final class NodeFencing implements Fencing {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFencing.class);

    private final Database database;
    private final Membership membership;
    private final Acting self;
    private final Heartbeat heartbeat;
    private final DatabaseEvidence evidence;

    NodeFencing(Database database, Membership membership, Acting self, Heartbeat heartbeat, DatabaseEvidence evidence) {
        this.database = database;
        this.membership = membership;
        this.self = self;
        this.heartbeat = heartbeat;
        this.evidence = evidence;
    }

    private Node node(UUID id) {
        return membership.node(id).orElseGet(() -> membership.node(id.toString()));
    }

    @Override
    public List<Rung> explain(UUID id) {
        var node = node(id);
        var seen = heartbeat.seen(id);
        var written = evidence.written(node.incarnation());
        var timing = membership.cluster();
        List<Rung> rungs = new ArrayList<>();
        rungs.add(
                seen.state() == Liveness.State.STOPPED
                        ? new Rung(Kind.GOODBYE, true, "it wrote its goodbye into a pool")
                        : written(Kind.GOODBYE, written, "it has written no goodbye"));
        rungs.add(new Rung(
                Kind.NEWER_INCARNATION,
                false,
                "its present incarnation is the newest; the next start of the node proves the end of this one"));
        rungs.add(processes(node, written));
        rungs.add(written(
                Kind.POWER_FENCED,
                written,
                evidence.hasPowerFence()
                        ? "fence.command is configured here; it is run when the node has been silent for "
                                + (timing.leaseMs() - timing.marginMs()) + " ms, or by cluster:fence"
                        : "fence.command is not configured on this node"));
        rungs.add(silence(seen, timing.leaseMs() + timing.marginMs()));
        rungs.add(written(
                Kind.OPERATOR,
                written,
                "nobody has given a word; cluster:fence " + node.name() + " --operator-word --confirm " + node.name()));
        return rungs;
    }

    private static Rung written(Kind kind, Optional<Finding> written, String missing) {
        var held = written.filter(found -> found.kind() == kind);
        return new Rung(kind, held.isPresent(), held.map(Finding::explanation).orElse(missing));
    }

    private Rung processes(Node node, Optional<Finding> written) {
        var missing = evidence.isProcessKnown(node.id(), node.incarnation())
                ? "it ran on another host, or a process of it, its watchdog, or what that guards is still there"
                : "it is not known which process it is";
        return evidence.processesGone(node.id(), node.incarnation())
                .map(found -> new Rung(Kind.PROCESSES_GONE, true, found.explanation()))
                .orElseGet(() -> written(Kind.PROCESSES_GONE, written, missing));
    }

    private static Rung silence(Liveness.Seen seen, long neededMs) {
        return switch (seen.state()) {
            case DEAD -> new Rung(Kind.SILENCE, true, "its heartbeat has stood still for " + seen.silentMs() + " ms");
            case ALIVE -> new Rung(Kind.SILENCE, false, "its heartbeats come: it is alive");
            case SUSPECT ->
                new Rung(
                        Kind.SILENCE,
                        false,
                        "its heartbeat has stood still for " + seen.silentMs() + " of " + neededMs + " ms");
            case STOPPED -> new Rung(Kind.SILENCE, false, "not needed: it said goodbye");
            case UNKNOWN -> new Rung(Kind.SILENCE, false, "no pool that is attached here shows a heartbeat of it");
        };
    }

    @Override
    public DeathProof fence(UUID id, Consumer<String> progress) {
        var node = node(id);
        requireMayBeDead(node);
        var proof = proof(node, progress);
        if (evidence.written(node.incarnation()).isEmpty()) {
            evidence.write(id, node.incarnation(), new Finding(proof.kind(), proof.explanation()));
        }
        return proof;
    }

    /** A node that no pool shows is turned off at once: it is an operator who asks for it. */
    private DeathProof proof(Node node, Consumer<String> progress) {
        try {
            return heartbeat.prove(node.id(), node.incarnation(), progress);
        } catch (SeraiException failed) {
            if (failed.code() == ClusterError.ALIVE) {
                throw alive(node);
            }
            if (failed.code() != ClusterError.NO_PROOF) {
                throw failed;
            }
            return evidence.force(node.id(), node.incarnation())
                    .map(found -> new DeathProof(node.id(), node.incarnation(), found.kind(), 0, found.explanation()))
                    .orElseThrow(() -> ClusterError.NO_PROOF.error(
                            "It cannot be proven that node " + node.name() + " is dead",
                            failed.reason(),
                            "cluster:fence " + node.name() + " --explain tells what is missing",
                            failed));
        }
    }

    /** Its heartbeat may have come just before it ended. */
    private void requireMayBeDead(Node node) {
        if (evidence.known(node.id(), node.incarnation()).isEmpty()) {
            requireNotSeenAlive(node);
        }
    }

    private void requireNotSeenAlive(Node node) {
        if (heartbeat.seen(node.id()).state() == Liveness.State.ALIVE) {
            throw alive(node);
        }
    }

    private static SeraiException alive(Node node) {
        return ClusterError.ALIVE.error(
                "Node " + node.name() + " is alive",
                "its heartbeats come",
                "stop it, or cluster:leave on it, if it is to go");
    }

    @Override
    public DeathProof operatorWord(UUID id, String typedName) {
        var node = node(id);
        if (!typedName.equals(node.name())) {
            throw ClusterError.NOT_CONFIRMED.error(
                    "The word for the death of node " + node.name() + " was not confirmed",
                    "'" + typedName + "' is not its name",
                    "make sure that its host is off, then type the node's name");
        }
        requireNotSeenAlive(node);
        var found = new Finding(
                Kind.OPERATOR,
                "an operator gave the word at node " + membership.self().name());
        LOG.warn("node {} incarnation {} is dead by an operator's word", node.name(), node.incarnation());
        evidence.write(id, node.incarnation(), found);
        return new DeathProof(id, node.incarnation(), found.kind(), 0, found.explanation());
    }

    @Override
    public DeathProof remove(UUID id, Consumer<String> progress) {
        var node = node(id);
        if (id.equals(membership.self().id())) {
            throw ClusterError.ALIVE.error(
                    "Node " + node.name() + " is this node", "it is alive", "cluster:leave, or ask another node");
        }
        requireMayBeDead(node);
        database.read(transaction -> {
            requireNothingRuns(transaction, node);
            return node;
        });
        var proof = proof(node, progress);
        heartbeat.fenceOnStorage(proof);
        database.write(transaction -> {
            self.requirePresent(transaction);
            takeOut(transaction, node);
            return node;
        });
        LOG.warn("node {} was removed from the cluster; proof: {}, {}", node.name(), proof.kind(), proof.explanation());
        return proof;
    }

    /** The row must still be of the incarnation that was proven dead: a node that came back meanwhile stays. */
    private void takeOut(Transaction transaction, Node node) {
        var now = transaction.get(NodeRow.class, node.id());
        if (now.filter(row -> row.incarnation().equals(node.incarnation())).isEmpty()) {
            throw ClusterError.ALIVE.error(
                    "Node " + node.name() + " was not removed",
                    now.isPresent() ? "it was started again meanwhile" : "it was removed by somebody else",
                    "look at node:list");
        }
        requireNothingRuns(transaction, node);
        requireNoDelegation(transaction, node);
        NodeReferences.forgetAtRest(transaction, node.id(), Optional.of(self.node()));
        NodeReferences.deleteExports(transaction, node.id());
        NodeReferences.free(transaction, node.id());
        NodeReferences.deleteOwn(transaction, node.id());
        transaction.delete(NodeRow.class, node.id());
    }

    /** Before its things are free, nobody may be about to write for it any more. */
    private void requireNoDelegation(Transaction transaction, Node node) {
        DelegationRow.inForce(transaction, node.incarnation()).ifPresent(row -> {
            throw ClusterError.STILL_HOLDS.error(
                    "Node " + node.name() + " cannot be removed yet",
                    "node " + self.nodeName().apply(row.neighbour())
                            + " may still write to storage what it had asked it for",
                    "try again in a moment; should that node be dead too, remove it first");
        });
    }

    private static void requireNothingRuns(Transaction transaction, Node node) {
        var running = NodeReferences.running(transaction, node.id());
        if (!running.isEmpty()) {
            throw ClusterError.STILL_HOLDS.error(
                    "Node " + node.name() + " cannot be removed",
                    "partitions ran on it when it died: " + String.join(", ", running),
                    "start them elsewhere first, with lpar:remote-restart");
        }
    }
}
