package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;

/** A row of lu_snapshot. */
@Table("lu_snapshot")
public record SnapshotRow(
        UUID id, UUID lu, String name, UUID snapshotSet, long takenMs, long sizeBytes, RowState state) {
    /** In another state. */
    public SnapshotRow in(RowState newState) {
        return new SnapshotRow(id, lu, name, snapshotSet, takenMs, sizeBytes, newState);
    }
}
