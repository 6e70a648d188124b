package org.serai.cluster.core.event;

import java.util.UUID;
import org.serai.cluster.Events.Registered;
import org.serai.database.Table;

/** A row of event_registration. */
@Table("event_registration")
record RegistrationRow(UUID id, String name, String filter, long acknowledged) {
    Registered toRegistered() {
        return new Registered(name, FilterText.parse(filter), acknowledged);
    }

    RegistrationRow acknowledged(long upTo) {
        return new RegistrationRow(id, name, filter, upTo);
    }
}
