package org.serai.database.jdbc;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;

/** Rows of some tables of the schema, as a bundle would declare them. */
final class Tables {
    private Tables() {}

    @Table("client")
    record ClientRow(long id, String name) {}

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
            Source cecSource,
            String portal,
            String transportAddress) {
        static NodeRow named(String name, int slot) {
            return new NodeRow(
                    UUID.randomUUID(), name, slot, UUID.randomUUID(), "i", "s", "t", "m", Source.SET, "p", "a");
        }

        NodeRow at(String address) {
            return new NodeRow(
                    id, name, slot, incarnation, instance, cecSerial, cecType, cecModel, cecSource, portal, address);
        }
    }

    enum Source {
        SET,
        DERIVED
    }

    @Table("ownership")
    record OwnershipRow(
            String object, Optional<UUID> holder, Optional<UUID> incarnation, long epoch, String operation) {}

    @Table("pool")
    record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    @Table("lu")
    record LuRow(
            UUID id, String name, UUID pool, long client, String kind, long sizeBytes, boolean thick, String state) {}
}
