package org.serai.scsi.target.store;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Transaction;
import org.serai.storage.StorageError;

/** By which lock a node may write what is kept of an LU, and whether the LU has had power since. */
record LuLocks(Ownership ownership, Membership membership) {
    /** {@link StorageError#STALE} unless this incarnation of this node holds the LU's lock with that epoch. */
    void require(Transaction transaction, UUID lu, long epoch) {
        Node self = membership.self();
        Optional<Owner> owner = ownership.owner(transaction, "lu:" + lu);
        boolean own = owner.filter(each -> each.epoch() == epoch
                        && each.holder().equals(Optional.of(self.id()))
                        && each.incarnation().equals(Optional.of(self.incarnation())))
                .isPresent();
        if (!own) {
            throw StorageError.STALE.error(
                    "What initiators have set at LU " + lu + " cannot be changed",
                    "this node does not hold the LU's lock with epoch " + epoch + " any more",
                    "look with lock:explain who holds it");
        }
    }

    /** Whether a node that exported the LU has not begun anew since: it lives, or nobody knows yet that it does not. */
    static boolean isPowered(Transaction transaction, UUID lu) {
        return transaction.list(PowerRow.class, "lu", lu).stream()
                .anyMatch(row -> transaction
                        .get(NodeRow.class, row.node())
                        .filter(node -> node.incarnation().equals(row.incarnation()))
                        .isPresent());
    }

    /** This node serves the LU from now on. */
    void powerOn(Transaction transaction, UUID lu) {
        Node self = membership.self();
        List<PowerRow> rows = transaction.list(PowerRow.class, "lu", lu);
        Optional<PowerRow> own =
                rows.stream().filter(row -> row.node().equals(self.id())).findFirst();
        PowerRow next =
                new PowerRow(own.map(PowerRow::id).orElseGet(UUID::randomUUID), lu, self.id(), self.incarnation());
        if (own.isEmpty()) {
            transaction.insert(next);
        } else if (!own.get().equals(next)) {
            transaction.update(next);
        }
    }
}
