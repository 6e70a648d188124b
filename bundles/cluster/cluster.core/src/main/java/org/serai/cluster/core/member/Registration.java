package org.serai.cluster.core.member;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.serai.cluster.Cluster.Self;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.liveness.HostProcess;
import org.serai.cluster.core.ownership.DelegationRow;
import org.serai.cluster.core.ownership.OwnershipRow;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;

/**
 * This node's row: put in, renewed at each start, taken out. A registration whose process died before it could note its
 * membership is found again by the fingerprint of the instance directory and done once more.
 *
 * @param self this node in this incarnation
 * @param fingerprint of its instance directory
 * @param process in which it runs
 */
record Registration(Self self, String fingerprint, HostProcess process) {
    /** Makes the cluster's row and this node's, in one transaction. */
    ClusterRow create(Database database, ClusterRow cluster) {
        return database.write(transaction -> {
            var present = transaction.list(ClusterRow.class);
            if (present.isEmpty()) {
                transaction.insert(cluster);
            } else if (!isUnfinished(transaction, present.getFirst(), cluster)) {
                throw ClusterError.WRONG_CLUSTER.error(
                        "Cluster " + cluster.name() + " cannot be made",
                        "the database holds cluster " + present.getFirst().name() + " already",
                        "join that one with a token of a member, or give another database");
            }
            put(transaction);
            return transaction.list(ClusterRow.class).getFirst();
        });
    }

    private boolean isUnfinished(Transaction transaction, ClusterRow present, ClusterRow wanted) {
        var nodes = transaction.list(NodeRow.class);
        return present.name().equals(wanted.name())
                && nodes.size() == 1
                && nodes.getFirst().id().equals(self.id())
                && nodes.getFirst().instance().equals(fingerprint);
    }

    /** Registers this node in the cluster of the token. */
    ClusterRow join(Database database, JoinToken token) {
        return database.write(transaction -> {
            var cluster = verified(transaction, token);
            put(transaction);
            return cluster;
        });
    }

    /** Fails unless the token is of this database's cluster, before anything of it is taken. */
    void authenticate(Database database, JoinToken token) {
        database.read(transaction -> verified(transaction, token));
    }

    private static ClusterRow verified(Transaction transaction, JoinToken token) {
        var cluster = transaction.list(ClusterRow.class).stream()
                .findFirst()
                .orElseThrow(() -> JoinToken.bad("the database holds no cluster"));
        token.verify(cluster);
        return cluster;
    }

    /** Writes this incarnation into the node's row, after the processes of the earlier one are gone. */
    ClusterRow resume(Database database, Enrolment enrolment) {
        return database.write(transaction -> {
            var cluster = cluster(transaction, enrolment);
            put(transaction);
            return cluster;
        });
    }

    /** Reads the cluster, and fails if this node is not registered in it, before anything is started. */
    ClusterRow verify(Database database, Enrolment enrolment) {
        return database.read(transaction -> {
            var cluster = cluster(transaction, enrolment);
            requireSame(transaction.get(NodeRow.class, self.id()).orElseThrow());
            return cluster;
        });
    }

    private ClusterRow cluster(Transaction transaction, Enrolment enrolment) {
        var cluster = transaction
                .get(ClusterRow.class, enrolment.cluster())
                .orElseThrow(() -> ClusterError.WRONG_CLUSTER.error(
                        "This node does not find its cluster",
                        "the database does not hold cluster " + enrolment.cluster(),
                        "bring back the database that the cluster was made in, or cluster:restore a backup here"));
        if (transaction.get(NodeRow.class, self.id()).isEmpty()) {
            throw ClusterError.NOT_A_MEMBER.error(
                    "This node does not belong to cluster " + cluster.name() + " any more",
                    "its row was removed from the database",
                    "join the cluster again, or another one");
        }
        return cluster;
    }

    private void put(Transaction transaction) {
        var present = transaction.get(NodeRow.class, self.id());
        present.ifPresent(this::requireSame);
        try {
            if (present.isPresent()) {
                transaction.update(row(present.get().slot(), present));
            } else {
                transaction.insert(row(freeSlot(transaction.list(NodeRow.class)), present));
            }
            putProcess(transaction);
        } catch (SeraiException failed) {
            if (failed.code() != DatabaseError.CONFLICT) {
                throw failed;
            }
            throw ClusterError.DUPLICATE_NODE.error(
                    "This node cannot be registered as " + self.name(),
                    "another node of the cluster has that name",
                    "set node.name to another one",
                    failed);
        }
    }

    /** What was written down of earlier incarnations is not needed any more: this one is newer. */
    private void putProcess(Transaction transaction) {
        NodeReferences.deleteEnds(transaction, self.id());
        NodeReferences.deleteDelegationsTo(transaction, self.id());
        var row = NodeProcessRow.of(self.id(), self.incarnation(), process);
        if (transaction.get(NodeProcessRow.class, self.id()).isPresent()) {
            transaction.update(row);
        } else {
            transaction.insert(row);
        }
    }

    private NodeRow row(int slot, Optional<NodeRow> present) {
        var host = self.host();
        return new NodeRow(
                self.id(),
                self.name(),
                slot,
                self.incarnation(),
                fingerprint,
                host.serial(),
                host.type(),
                host.model(),
                host.source(),
                present.map(NodeRow::portal).orElse(""),
                present.map(NodeRow::transportAddress).orElse(""));
    }

    private void requireSame(NodeRow present) {
        if (!present.instance().equals(fingerprint)) {
            throw ClusterError.DUPLICATE_NODE.error(
                    "This node cannot be registered",
                    "node " + present.name() + " has the same UUID " + self.id()
                            + " in another instance directory, of which this one is a copy",
                    "start the original directory where it was; for a new node, use a new instance directory");
        }
    }

    private static int freeSlot(List<NodeRow> nodes) {
        var taken = nodes.stream().map(NodeRow::slot).collect(Collectors.toSet());
        return IntStream.iterate(0, slot -> slot + 1)
                .filter(slot -> !taken.contains(slot))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Takes this node's row out; refused while it owns anything, or another row names it. With the last one the cluster
     * ends.
     */
    void leave(Database database) {
        try {
            database.write(transaction -> {
                var held = transaction.list(OwnershipRow.class, "holder", self.id());
                var running = NodeReferences.running(transaction, self.id());
                if (!running.isEmpty()) {
                    throw stillHolds("partitions run on it: " + String.join(", ", running));
                }
                if (!held.isEmpty()) {
                    throw stillHolds("it owns " + NodeReferences.called(transaction, held.getFirst()) + " for "
                            + held.getFirst().operation()
                            + (held.size() > 1 ? " and " + (held.size() - 1) + " more" : ""));
                }
                if (!transaction
                        .list(DelegationRow.class, "neighbour", self.id())
                        .isEmpty()) {
                    throw stillHolds("I/O of another node goes through it");
                }
                var heir = transaction.list(NodeRow.class).stream()
                        .map(NodeRow::id)
                        .filter(id -> !id.equals(self.id()))
                        .findFirst();
                if (heir.isEmpty()) {
                    Dissolution.obstacle(transaction).ifPresent(what -> {
                        throw stillHolds(what);
                    });
                }
                NodeReferences.forgetAtRest(transaction, self.id(), heir);
                NodeReferences.deleteOwn(transaction, self.id());
                transaction.delete(NodeRow.class, self.id());
                if (heir.isEmpty()) {
                    Dissolution.of(transaction);
                }
                return held;
            });
        } catch (SeraiException failed) {
            throw failed.code() == DatabaseError.REFERENCE
                    ? stillHolds("exports, partitions or operations name it")
                    : failed;
        }
    }

    private SeraiException stillHolds(String cause) {
        return ClusterError.STILL_HOLDS.error(
                "Node " + self.name() + " cannot leave the cluster",
                cause,
                "move or delete what it holds: partitions, exports, pools in use");
    }
}
