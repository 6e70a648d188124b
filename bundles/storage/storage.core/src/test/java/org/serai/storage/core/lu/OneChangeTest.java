package org.serai.storage.core.lu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.serai.storage.LuKind;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RowState;

class OneChangeTest {
    private static final LuRow LU = new LuRow(
            UUID.randomUUID(),
            "disk1",
            UUID.randomUUID(),
            1,
            LuKind.DATA,
            1 << 20,
            false,
            RowState.ONLINE,
            UUID.randomUUID(),
            Optional.empty(),
            true,
            Optional.empty(),
            "");

    private final OneChange changes = new OneChange();

    @Test
    void aSecondChangeIsRefusedUntilTheFirstHasEnded() {
        changes.begin(LU, "being resized");
        Consumer<LuRow> second = lu -> changes.begin(lu, "being copied");
        Consumer<LuRow> clearing = lu -> changes.beginClearing(lu, "being cleared");
        for (Consumer<LuRow> refused : List.<Consumer<LuRow>>of(second, clearing, changes::requireNone)) {
            assertThatThrownBy(() -> refused.accept(LU))
                    .hasMessageContaining("SERAI-LU-0003")
                    .hasMessageContaining("being resized");
        }
        changes.end(LU.id());
        changes.requireNone(LU);
        second.accept(LU);
        assertThatThrownBy(() -> changes.requireNone(LU)).hasMessageContaining("being copied");
    }

    @Test
    void aChangeWaitsForWhatOnlyClears() throws Exception {
        for (Consumer<LuRow> waits :
                List.<Consumer<LuRow>>of(changes::requireNone, lu -> changes.begin(lu, "being copied"))) {
            changes.beginClearing(LU, "being cleared");
            AtomicBoolean ended = new AtomicBoolean();
            AtomicReference<Boolean> after = new AtomicReference<>();
            Thread change = Thread.ofPlatform().start(() -> {
                waits.accept(LU);
                after.set(ended.get());
            });
            await().until(() -> change.getState() == Thread.State.WAITING || after.get() != null);
            ended.set(true);
            changes.end(LU.id());
            change.join();
            assertThat(after.get()).as("went on only after the end").isTrue();
        }
        assertThatThrownBy(() -> changes.requireNone(LU)).hasMessageContaining("being copied");
    }
}
