package org.serai.storage.core.redundancy;

import java.util.UUID;
import java.util.function.Function;
import org.serai.database.Table;
import org.serai.database.Transaction;

/** What storage has to know of what initiators have set, reservations before all: which LU it is of. */
final class ReservedRefs {
    private ReservedRefs() {}

    @Table("scsi_unit")
    private record UnitRef(UUID id, UUID lu) {}

    @Table("scsi_registration")
    private record RegistrationRef(UUID id, UUID lu) {}

    @Table("scsi_state")
    private record StateRef(UUID id, UUID lu) {}

    @Table("scsi_power")
    private record PowerRef(UUID id, UUID lu) {}

    /** Initiators find their reservations where their disk is now; what the copy had as a disk of its own is over. */
    static void pair(Transaction transaction, UUID from, UUID to) {
        pair(transaction, UnitRef.class, UnitRef::id, id -> new UnitRef(id, to), from, to);
        pair(transaction, RegistrationRef.class, RegistrationRef::id, id -> new RegistrationRef(id, to), from, to);
        pair(transaction, StateRef.class, StateRef::id, id -> new StateRef(id, to), from, to);
        pair(transaction, PowerRef.class, PowerRef::id, id -> new PowerRef(id, to), from, to);
    }

    private static <T extends Record> void pair(
            Transaction transaction, Class<T> type, Function<T, UUID> id, Function<UUID, T> moved, UUID from, UUID to) {
        transaction.list(type, "lu", to).forEach(row -> transaction.delete(type, id.apply(row)));
        transaction.list(type, "lu", from).forEach(row -> transaction.update(moved.apply(id.apply(row))));
    }
}
