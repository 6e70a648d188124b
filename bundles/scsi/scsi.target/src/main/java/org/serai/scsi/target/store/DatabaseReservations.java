package org.serai.scsi.target.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.scsi.target.reservation.Reservations;

/**
 * Reservations in the VIOS DB. Each write is one transaction, which looks whether this node still holds the LU's lock with the
 * epoch that it opened it by: a node that was taken over writes nothing.
 */
@Component(service = ReservationStore.class)
public final class DatabaseReservations implements ReservationStore {
    private final Database database;
    private final LuLocks locks;
    private final Membership membership;

    /** Over the VIOS DB of this node's cluster. */
    @Activate
    public DatabaseReservations(
            @Reference Database database, @Reference Ownership ownership, @Reference Membership membership) {
        this.database = database;
        this.locks = new LuLocks(ownership, membership);
        this.membership = membership;
    }

    @Override
    public Reservations load(UUID lu, long epoch) {
        return database.write(transaction -> {
            locks.require(transaction, lu, epoch);
            Reservations kept = read(transaction, lu);
            if (LuLocks.isPowered(transaction, lu)) {
                locks.powerOn(transaction, lu);
                return kept;
            }
            locks.powerOn(transaction, lu);
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
            locks.require(transaction, lu, epoch);
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

    private static Reservations read(Transaction transaction, UUID lu) {
        Map<NexusId, Long> keys = new TreeMap<>();
        Set<String> everywhere = new HashSet<>();
        for (RegistrationRow row : transaction.list(RegistrationRow.class, "lu", lu)) {
            keys.put(row.nexus(), row.reservationKey());
            if (row.everywhere()) {
                everywhere.add(row.initiatorPort());
            }
        }
        return unit(transaction, lu).map(row -> row.with(keys, everywhere)).orElse(Reservations.NONE);
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
                continue;
            }
            RegistrationRow now = registration(kept.id(), lu, kept.nexus(), key, next);
            if (!now.equals(kept)) {
                transaction.update(now);
            }
        }
        missing.forEach((nexus, key) -> transaction.insert(registration(UUID.randomUUID(), lu, nexus, key, next)));
    }

    private static RegistrationRow registration(UUID id, UUID lu, NexusId nexus, long key, Reservations state) {
        boolean everywhere = state.everywhere().contains(nexus.initiatorPort());
        return new RegistrationRow(id, lu, nexus.initiatorPort(), nexus.targetPort(), key, everywhere);
    }
}
