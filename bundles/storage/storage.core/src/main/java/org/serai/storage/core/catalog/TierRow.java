package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;

/** A row of tier. */
@Table("tier")
public record TierRow(UUID id, UUID diskGroup, String name, String pvs, String thresholds) {
    /** With other PVs. */
    public TierRow on(String newPvs) {
        return new TierRow(id, diskGroup, name, newPvs, thresholds);
    }

    /** With other thresholds. */
    public TierRow alerting(String newThresholds) {
        return new TierRow(id, diskGroup, name, pvs, newThresholds);
    }
}
