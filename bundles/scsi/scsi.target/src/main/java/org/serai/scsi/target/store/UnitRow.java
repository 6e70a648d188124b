package org.serai.scsi.target.store;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.Reservation;
import org.serai.scsi.target.reservation.Reservations;
import org.serai.scsi.target.reservation.Type;

/** What there is of an LU beside its registrations; the last three are there, or none of them. */
@Table("scsi_unit")
record UnitRow(
        UUID id,
        UUID lu,
        long generation,
        boolean aptpl,
        Optional<Integer> type,
        Optional<String> holderPort,
        Optional<Integer> holderTargetPort) {
    static UnitRow of(UUID id, UUID lu, Reservations state) {
        Optional<Reservation> held = state.reservation();
        return new UnitRow(
                id,
                lu,
                state.generation(),
                state.aptpl(),
                held.map(each -> each.type().code()),
                held.map(each -> each.holder().initiatorPort()),
                held.map(each -> each.holder().targetPort()));
    }

    Reservations with(Map<NexusId, Long> keys, Set<String> everywhere) {
        return new Reservations(
                generation,
                aptpl,
                keys,
                everywhere,
                type.flatMap(Type::of)
                        .flatMap(is -> holderPort.flatMap(
                                name -> holderTargetPort.map(port -> new Reservation(is, new NexusId(name, port))))));
    }
}
