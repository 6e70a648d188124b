package org.serai.cluster.core.ownership;

import java.util.UUID;
import java.util.function.Function;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.member.NodeEndRow;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Transaction;

/**
 * In whose name rows are written: this node in this incarnation.
 *
 * @param nodeName names a node for whoever is refused
 */
public record Acting(UUID node, UUID incarnation, Function<UUID, String> nodeName) {
    /** Fails unless this incarnation is the node's present one: a process that was overtaken changes nothing. */
    public void requirePresent(Transaction transaction) {
        var row = transaction.get(NodeRow.class, node);
        if (row.isEmpty()) {
            throw ClusterError.NOT_A_MEMBER.error(
                    "This node may not change the database",
                    "it is not registered in the cluster any more",
                    "join the cluster again");
        }
        var end = transaction.get(NodeEndRow.class, incarnation);
        if (end.isPresent()) {
            throw ClusterError.FENCED.error(
                    "This node may not change the database",
                    "the others hold it for dead (" + end.get().proof() + ": "
                            + end.get().explanation() + ")",
                    "end this process and start the node anew");
        }
        if (!row.get().incarnation().equals(incarnation)) {
            throw ClusterError.FENCED.error(
                    "This node may not change the database",
                    "the node was started again meanwhile, as incarnation "
                            + row.get().incarnation(),
                    "end this process");
        }
    }
}
