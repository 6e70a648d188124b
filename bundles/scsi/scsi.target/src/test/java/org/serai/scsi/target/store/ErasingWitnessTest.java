package org.serai.scsi.target.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.scsi.target.lu.Erasing;

class ErasingWitnessTest {
    private static final RestoreWitness.Epochs UNTOUCHED = new RestoreWitness.Epochs() {
        @Override
        public long backup(String object) {
            return 0;
        }

        @Override
        public OptionalLong found(String object) {
            return OptionalLong.empty();
        }

        @Override
        public long restored(String object) {
            return 0;
        }
    };

    @TempDir
    Path directory;

    @Table("client")
    record ClientRow(long id, String name) {}

    @Table("pool")
    record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    @Table("lu")
    record LuRow(
            UUID id, String name, UUID pool, long client, String kind, long sizeBytes, boolean thick, String state) {}

    @Test
    void whatWasBeingErasedIsErasedNoFurtherAndThatIsTold() throws Exception {
        UUID pool = new UUID(0, 1);
        UUID erased = new UUID(0, 2);
        UUID other = new UUID(0, 3);
        try (Database database = JdbcEngine.embedded().open("embedded:" + directory.resolve("db"), Map.of());
                RestoreWitness.Testimony testimony = new ErasingWitness().examine(database, _ -> {})) {
            Erasing under = List.of(Erasing.values()).stream()
                    .filter(each -> each != Erasing.NOTHING)
                    .findFirst()
                    .orElseThrow();
            List<String> told = new ArrayList<>();
            database.write(tx -> {
                tx.insert(new ClientRow(1, "acme"));
                tx.insert(new PoolRow(pool, "p", "extent", 0, "online"));
                tx.insert(new LuRow(erased, "a", pool, 1, "data", 512, false, "online"));
                tx.insert(new LuRow(other, "b", pool, 1, "data", 512, false, "online"));
                tx.insert(new StateRow(new UUID(1, 2), erased, under, Optional.of("m"), Optional.empty()));
                return tx.insert(
                        new StateRow(new UUID(1, 3), other, Erasing.NOTHING, Optional.empty(), Optional.of("s")));
            });
            List<StateRow> rows = database.write(tx -> {
                testimony.adjust(tx, UNTOUCHED, told::add);
                return tx.list(StateRow.class);
            });
            assertThat(rows).extracting(StateRow::erasing).containsOnly(Erasing.NOTHING);
            assertThat(rows).extracting(StateRow::modes).containsExactly(Optional.of("m"), Optional.empty());
            assertThat(told).hasSize(1).first().asString().contains(erased.toString());
        }
    }
}
