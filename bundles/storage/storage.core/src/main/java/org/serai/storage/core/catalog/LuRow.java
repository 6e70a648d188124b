package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;
import org.serai.storage.LuKind;

/** A row of lu. */
@Table("lu")
public record LuRow(
        UUID id, String name, UUID pool, long client, LuKind kind, long sizeBytes, boolean thick, RowState state) {
    public LuRow in(RowState newState) {
        return new LuRow(id, name, pool, client, kind, sizeBytes, thick, newState);
    }

    /** The object whose owner may use the LU. */
    public String object() {
        return "lu:" + id;
    }
}
