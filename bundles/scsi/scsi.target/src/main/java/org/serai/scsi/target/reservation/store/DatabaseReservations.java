package org.serai.scsi.target.reservation.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.scsi.target.reservation.Reservations;
import org.serai.storage.StorageError;

/**
 * Reservations in the VIOS DB. Each write is one transaction, which looks whether this node still holds the LU's lock with the
 * epoch that it opened it by: a node that was taken over writes nothing.
 */
@Component(service = ReservationStore.class)
public final class DatabaseReservations implements ReservationStore {
    private final Database database;
    private final Ownership ownership;
    private final Membership membership;

    /** Over the VIOS DB of this node's cluster. */
    @Activate
    public DatabaseReservations(
            @Reference Database database, @Reference Ownership ownership, @Reference Membership membership) {
        this.database = database;
        this.ownership = ownership;
        this.membership = membership;
    }

    @Override
    public Reservations load(UUID lu, long epoch) {
        return database.write(transaction -> {
            require(transaction, lu, epoch);
            Reservations kept = read(transaction, lu);
            if (isPowered(transaction, lu)) {
                powerOn(transaction, lu);
                return kept;
            }
            powerOn(transaction, lu);
            Reservations left = kept.afterPowerLoss();
            if (!left.equals(kept)) {
                write(transaction, lu, left);
            }
            return left;
        });
    }

    @Override
    public void save(UUID lu, long epoch, Reservations next) {
        database.write(transaction -> {
            require(transaction, lu, epoch);
            write(transaction, lu, next);
            return next;
        });
    }

    @Override
    public boolean keeps() {
        return true;
    }

    /** Those of all nodes, for each may export the LU next; as exports number them. */
    @Override
    public List<Integer> targetPorts() {
        return membership.nodes().stream().map(Node::slot).map(slot -> slot + 1).toList();
    }

    private void require(Transaction transaction, UUID lu, long epoch) {
        Node self = membership.self();
        Optional<Owner> owner = ownership.owner(transaction, "lu:" + lu);
        boolean own = owner.filter(each -> each.epoch() == epoch
                        && each.holder().equals(Optional.of(self.id()))
                        && each.incarnation().equals(Optional.of(self.incarnation())))
                .isPresent();
        if (!own) {
            throw StorageError.STALE.error(
                    "The reservations of LU " + lu + " cannot be changed",
                    "this node does not hold the LU's lock with epoch " + epoch + " any more",
                    "look with lock:explain who holds it");
        }
    }

    private static Reservations read(Transaction transaction, UUID lu) {
        Map<NexusId, Long> keys = new TreeMap<>();
        transaction.list(RegistrationRow.class, "lu", lu).forEach(row -> keys.put(row.nexus(), row.reservationKey()));
        return unit(transaction, lu).map(row -> row.with(keys)).orElse(Reservations.NONE);
    }

    private static Optional<UnitRow> unit(Transaction transaction, UUID lu) {
        return transaction.list(UnitRow.class, "lu", lu).stream().findFirst();
    }

    private static void write(Transaction transaction, UUID lu, Reservations next) {
        Optional<UnitRow> before = unit(transaction, lu);
        UnitRow row = UnitRow.of(before.map(UnitRow::id).orElseGet(UUID::randomUUID), lu, next);
        if (before.isEmpty()) {
            transaction.insert(row);
        } else if (!before.get().equals(row)) {
            transaction.update(row);
        }
        Map<NexusId, Long> missing = new HashMap<>(next.keys());
        for (RegistrationRow kept : transaction.list(RegistrationRow.class, "lu", lu)) {
            Long key = missing.remove(kept.nexus());
            if (key == null) {
                transaction.delete(RegistrationRow.class, kept.id());
            } else if (key != kept.reservationKey()) {
                transaction.update(new RegistrationRow(kept.id(), lu, kept.initiatorPort(), kept.targetPort(), key));
            }
        }
        missing.forEach((nexus, key) -> transaction.insert(
                new RegistrationRow(UUID.randomUUID(), lu, nexus.initiatorPort(), nexus.targetPort(), key)));
    }

    /** Whether a node that exported the LU has not begun anew since: it lives, or nobody knows yet that it does not. */
    private static boolean isPowered(Transaction transaction, UUID lu) {
        return transaction.list(PowerRow.class, "lu", lu).stream()
                .anyMatch(row -> transaction
                        .get(NodeRow.class, row.node())
                        .filter(node -> node.incarnation().equals(row.incarnation()))
                        .isPresent());
    }

    private void powerOn(Transaction transaction, UUID lu) {
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
