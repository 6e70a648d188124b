package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;
import org.serai.storage.DataChecksum;

/**
 * A row of pool.
 *
 * @param nextPosition the position of the next PV; none is given twice
 * @param thresholds as {@link FillThresholds}
 */
@Table("pool")
public record PoolRow(
        UUID id,
        String name,
        String driver,
        long extentBytes,
        RowState state,
        DataChecksum checksum,
        int nextPosition,
        String thresholds) {
    /** In another state. */
    public PoolRow in(RowState newState) {
        return new PoolRow(id, name, driver, extentBytes, newState, checksum, nextPosition, thresholds);
    }

    /** With one position given away. */
    public PoolRow positioned(int next) {
        return new PoolRow(id, name, driver, extentBytes, state, checksum, next, thresholds);
    }

    /** With other thresholds. */
    public PoolRow alerting(String newThresholds) {
        return new PoolRow(id, name, driver, extentBytes, state, checksum, nextPosition, newThresholds);
    }
}
