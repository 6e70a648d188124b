package org.serai.cluster.core.ownership;

import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Delegations.Delegation;
import org.serai.cluster.core.member.NodeEndRow;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Table;
import org.serai.database.Transaction;

/** A row of node_delegation. */
@Table("node_delegation")
public record DelegationRow(
        UUID id,
        UUID node,
        UUID incarnation,
        UUID neighbour,
        UUID neighbourIncarnation,
        UUID pool,
        UUID pv,
        boolean givenUp) {
    Delegation toDelegation() {
        return new Delegation(id, node, incarnation, neighbour, neighbourIncarnation, pool, pv, givenUp);
    }

    DelegationRow asGivenUp() {
        return new DelegationRow(id, node, incarnation, neighbour, neighbourIncarnation, pool, pv, true);
    }

    /** One under which a neighbour may still write for that incarnation. */
    public static Optional<DelegationRow> inForce(Transaction transaction, UUID incarnation) {
        return transaction.list(DelegationRow.class, "incarnation", incarnation).stream()
                .filter(row -> !isNeighbourOver(transaction, row))
                .findFirst();
    }

    private static boolean isNeighbourOver(Transaction transaction, DelegationRow row) {
        return transaction
                        .get(NodeRow.class, row.neighbour())
                        .filter(now -> now.incarnation().equals(row.neighbourIncarnation()))
                        .isEmpty()
                || transaction.get(NodeEndRow.class, row.neighbourIncarnation()).isPresent();
    }
}
