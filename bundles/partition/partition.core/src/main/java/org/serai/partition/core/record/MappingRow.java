package org.serai.partition.core.record;

import java.util.UUID;
import org.serai.database.Table;

/** A virtual target device: one LU at one LUN of one adapter; its id is {@code ADAPTER/LUN}. */
@Table("mapping")
public record MappingRow(String id, long adapter, int lun, UUID lu) {
    /** Maps an LU. */
    public static MappingRow of(long adapter, int lun, UUID lu) {
        return new MappingRow(adapter + "/" + lun, adapter, lun, lu);
    }
}
