package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;

/** A row of pool. */
@Table("pool")
public record PoolRow(UUID id, String name, String driver, long extentBytes, RowState state) {
    public PoolRow in(RowState newState) {
        return new PoolRow(id, name, driver, extentBytes, newState);
    }
}
