package org.serai.scsi.target.luexport;

import java.util.UUID;
import org.serai.database.Table;

/** Rows that a row of {@code lu_export} refers to. */
final class Rows {
    private Rows() {}

    @Table("node")
    record NodeRow(
            UUID id,
            String name,
            int slot,
            UUID incarnation,
            String instance,
            String cecSerial,
            String cecType,
            String cecModel,
            String cecSource,
            String portal,
            String transportAddress) {}

    @Table("client")
    record ClientRow(long id, String name) {}

    @Table("pool")
    record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    @Table("lu")
    record LuRow(
            UUID id, String name, UUID pool, long client, String kind, long sizeBytes, boolean thick, String state) {}
}
