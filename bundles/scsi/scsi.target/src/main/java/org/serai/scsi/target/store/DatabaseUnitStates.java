package org.serai.scsi.target.store;

import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.scsi.target.lu.UnitState;
import org.serai.scsi.target.lu.UnitStore;

/** States of units in the VIOS DB, written by the holder of the LU's lock only, as {@link DatabaseReservations} are. */
@Component(service = UnitStore.class)
public final class DatabaseUnitStates implements UnitStore {
    private final Database database;
    private final LuLocks locks;

    /** Over the VIOS DB of this node's cluster. */
    @Activate
    public DatabaseUnitStates(
            @Reference Database database, @Reference Ownership ownership, @Reference Membership membership) {
        this.database = database;
        this.locks = new LuLocks(ownership, membership);
    }

    @Override
    public UnitState load(UUID lu, long epoch) {
        return database.write(transaction -> {
            locks.require(transaction, lu, epoch);
            UnitState kept = row(transaction, lu).map(StateRow::state).orElse(UnitState.NEW);
            if (LuLocks.isPowered(transaction, lu)) {
                return kept;
            }
            UnitState left = kept.afterPowerLoss();
            if (!left.equals(kept)) {
                write(transaction, lu, left);
            }
            return left;
        });
    }

    @Override
    public Optional<UnitState> seen(UUID lu) {
        return database.view(StateRow.class).where(row -> row.lu().equals(lu)).stream()
                .map(StateRow::state)
                .findFirst();
    }

    @Override
    public void save(UUID lu, long epoch, UnitState next) {
        database.write(transaction -> {
            locks.require(transaction, lu, epoch);
            write(transaction, lu, next);
            return next;
        });
    }

    private static Optional<StateRow> row(Transaction transaction, UUID lu) {
        return transaction.list(StateRow.class, "lu", lu).stream().findFirst();
    }

    private static void write(Transaction transaction, UUID lu, UnitState next) {
        Optional<StateRow> before = row(transaction, lu);
        StateRow row = StateRow.of(before.map(StateRow::id).orElseGet(UUID::randomUUID), lu, next);
        if (before.isEmpty()) {
            transaction.insert(row);
        } else if (!before.get().equals(row)) {
            transaction.update(row);
        }
    }
}
