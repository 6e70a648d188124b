package org.serai.scsi.target.store;

import java.util.UUID;
import org.serai.database.Table;
import org.serai.scsi.target.reservation.NexusId;

/** A registered nexus of an LU. */
@Table("scsi_registration")
record RegistrationRow(
        UUID id, UUID lu, String initiatorPort, int targetPort, long reservationKey, boolean everywhere) {
    NexusId nexus() {
        return new NexusId(initiatorPort, targetPort);
    }
}
