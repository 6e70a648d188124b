package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;
import org.serai.storage.Pv;

/** A row of pv. */
@Table("pv")
public record PvRow(UUID id, UUID pool, int position, String path, long sizeBytes, Pv.State state) {
    /** In another state. */
    public PvRow in(Pv.State newState) {
        return new PvRow(id, pool, position, path, sizeBytes, newState);
    }

    /** With another size. */
    public PvRow sized(long newSizeBytes) {
        return new PvRow(id, pool, position, path, newSizeBytes, state);
    }
}
