package org.serai.cluster.core.ownership;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Delegations;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Database;

/** Delegations as rows. */
public final class DatabaseDelegations implements Delegations {
    private final Database database;
    private final Acting self;
    private final Supplier<UUID> ids;

    /** Delegations of one incarnation of one node. */
    public DatabaseDelegations(Database database, Acting self, Supplier<UUID> ids) {
        this.database = database;
        this.self = self;
        this.ids = ids;
    }

    @Override
    public Delegation begin(UUID neighbour, UUID pool, UUID pv) {
        return database.write(transaction -> {
                    self.requirePresent(transaction);
                    var there = transaction
                            .get(NodeRow.class, neighbour)
                            .orElseThrow(() -> ClusterError.NO_SUCH_NODE.error(
                                    "Node " + neighbour + " cannot write for this one",
                                    "it does not belong to the cluster any more",
                                    "look at node:list"));
                    return transaction.insert(new DelegationRow(
                            ids.get(),
                            self.node(),
                            self.incarnation(),
                            neighbour,
                            there.incarnation(),
                            pool,
                            pv,
                            false));
                })
                .toDelegation();
    }

    @Override
    public Optional<Delegation> find(UUID id) {
        return database.read(transaction -> transaction.get(DelegationRow.class, id))
                .map(DelegationRow::toDelegation);
    }

    @Override
    public void giveUp(UUID id) {
        database.write(transaction -> {
            var row = transaction.get(DelegationRow.class, id).filter(found -> !found.givenUp());
            row.ifPresent(found -> transaction.update(found.asGivenUp()));
            return row;
        });
    }

    @Override
    public void end(UUID id) {
        database.write(transaction -> {
            var row = transaction.get(DelegationRow.class, id);
            row.ifPresent(_ -> transaction.delete(DelegationRow.class, id));
            return row;
        });
    }

    @Override
    public List<Delegation> all() {
        return database.view(DelegationRow.class).all().stream()
                .map(DelegationRow::toDelegation)
                .toList();
    }
}
