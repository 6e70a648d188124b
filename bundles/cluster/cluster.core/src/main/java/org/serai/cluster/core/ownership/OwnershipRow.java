package org.serai.cluster.core.ownership;

import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Table;

/** A row of ownership. */
@Table("ownership")
public record OwnershipRow(
        String object, Optional<UUID> holder, Optional<UUID> incarnation, long epoch, String operation) {
    Owner toOwner() {
        return new Owner(object, holder, incarnation, epoch, operation);
    }

    boolean isHeldBy(UUID node, UUID by) {
        return holder.equals(Optional.of(node)) && incarnation.equals(Optional.of(by));
    }
}
