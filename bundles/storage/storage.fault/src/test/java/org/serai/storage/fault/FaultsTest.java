package org.serai.storage.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.serai.cluster.spi.LeaseArea;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.fault.Faults.Active;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.StorageDriver;

class FaultsTest extends StorageFixture {
    private final List<Long> pauses = new ArrayList<>();
    private final Faults faults = new Faults(pauses::add);
    private final StorageDriver driver = new FaultDriver(new SimulatedDriver(), faults);
    private final UUID lu = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @Test
    void aRuleConcernsTheCallsThatItNamesAndIsOverWhenItIsTakenAway() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, 8L * MIB);
        Active rule = faults.add(Rule.of(Operation.WRITE, Effect.ERROR).after(2).times(1));
        write(store, 0, 4096, 1);
        write(store, 4096, 4096, 1);
        assertFails(StorageError.IO_FAILED, () -> write(store, 0, 4096, 2));
        assertThat(rule.hits()).isEqualTo(1);
        write(store, 4096, 4096, 3);
        assertHolds(store, 0, 4096, 1);
        assertHolds(store, 4096, 4096, 3);
        try (Active away = faults.add(Rule.of(Operation.ANY, Effect.AWAY))) {
            assertFails(StorageError.PV_AWAY, () -> read(store, 0, 512));
            assertThat(away.hits()).isEqualTo(1);
        }
        assertHolds(store, 0, 4096, 1);
        rule.close();
    }

    @Test
    void aRuleCanConcernOneLuOnly() {
        PoolStore pool = create(layout(1, 64 * MIB));
        UUID other = UUID.randomUUID();
        LuStore store = newLu(pool, lu, MIB);
        LuStore untouched = newLu(pool, other, MIB);
        try (Active rule = faults.add(Rule.of(Operation.ANY, Effect.ERROR).of(lu))) {
            assertFails(StorageError.IO_FAILED, () -> write(store, 0, 512, 1));
            assertFails(StorageError.IO_FAILED, () -> can(store, Discards.class).discard(0, 512));
            assertFails(
                    StorageError.IO_FAILED, () -> can(store, Snapshots.class).snapshot(UUID.randomUUID()));
            assertFails(StorageError.IO_FAILED, () -> pool.openLu(lu, 2));
            write(untouched, 0, 512, 1);
            untouched.flush();
            assertThat(rule.hits()).isEqualTo(4);
        }
        write(store, 0, 512, 2);
        assertHolds(store, 0, 512, 2);
    }

    @Test
    void afterAFailedFlushTheLuRefusesEverythingAndWhatWasNotFlushedIsLost() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, MIB);
        write(store, 0, 4096, 1);
        store.flush();
        write(store, 0, 4096, 2);
        faults.add(Rule.of(Operation.FLUSH, Effect.ERROR).times(1));
        assertThat(store.isFailed()).isFalse();
        assertFails(StorageError.IO_FAILED, store::flush);
        assertThat(store.isFailed()).isTrue();
        assertFails(StorageError.IO_FAILED, store::flush);
        assertFails(StorageError.IO_FAILED, () -> read(store, 0, 512));
        store.close();
        assertFails(StorageError.LU_CLOSED, () -> read(store, 0, 512));
        assertHolds(pool.openLu(lu, 2), 0, 4096, 1);
    }

    @Test
    void aFlushThatIsSkippedMakesNothingDurable() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, MIB);
        try (Active rule = faults.add(Rule.of(Operation.FLUSH, Effect.SKIP))) {
            write(store, 0, 4096, 1);
            store.flush();
            assertHolds(store, 0, 4096, 1);
            assertThat(rule.hits()).isEqualTo(1);
        }
        store.abandon();
        assertZero(pool.openLu(lu, 2), 0, 4096);
    }

    @Test
    void aCloseWhoseFlushFailsIsAClose() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, MIB);
        write(store, 0, 4096, 1);
        try (Active rule = faults.add(Rule.of(Operation.FLUSH, Effect.ERROR))) {
            assertFails(StorageError.IO_FAILED, store::close);
            assertThat(rule.hits()).isEqualTo(1);
            store.close();
        }
        assertFails(StorageError.LU_CLOSED, store::flush);
        assertZero(pool.openLu(lu, 2), 0, 4096);
    }

    @Test
    void aShortWriteLeavesItsFirstHalfAndALateErrorAllOfIt() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, MIB);
        try (Active rule = faults.add(Rule.of(Operation.WRITE, Effect.SHORT))) {
            assertFails(StorageError.IO_FAILED, () -> write(store, 0, 4096, 1));
            assertThat(rule.hits()).isEqualTo(1);
        }
        assertHolds(store, 0, 2048, 1);
        assertZero(store, 2048, 2048);
        try (Active rule = faults.add(Rule.of(Operation.WRITE, Effect.LATE))) {
            assertFails(StorageError.IO_FAILED, () -> write(store, 8192, 4096, 1));
            assertThat(rule.hits()).isEqualTo(1);
        }
        assertHolds(store, 8192, 4096, 1);
    }

    @Test
    void callsTakeAsLongAsRulesSay() throws Exception {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, MIB);
        faults.add(Rule.of(Operation.READ, Effect.DELAY).delayMs(250).times(1));
        assertZero(store, 0, 512);
        assertThat(pauses).containsExactly(250L);
        Active stall = faults.add(Rule.of(Operation.WRITE, Effect.STALL));
        CompletableFuture<Void> stalled = CompletableFuture.runAsync(() -> write(store, 0, 512, 1));
        await().until(() -> stall.hits() == 1);
        assertZero(store, 0, 512);
        assertThat(stalled).isNotDone();
        stall.close();
        stalled.get(120, TimeUnit.SECONDS);
        assertHolds(store, 0, 512, 1);
    }

    @Test
    void theLeaseAreaFailsAsAFileDoes() throws IOException {
        LeaseArea leases = create(layout(1, 64 * MIB)).leaseArea().orElseThrow();
        ByteBuffer slot = ByteBuffer.allocateDirect(LeaseArea.SLOT_BYTES);
        leases.write(3, slot);
        try (Active rule = faults.add(Rule.of(Operation.LEASE, Effect.ERROR))) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> leases.write(3, slot.clear()));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> leases.read(3, slot.clear()));
            assertThat(rule.hits()).isEqualTo(2);
        }
        leases.read(3, slot.clear());
    }

    @Test
    void aPoolThatCannotBeMadeLeavesNothing() {
        PoolLayout layout = layout(1, 64 * MIB);
        faults.add(Rule.of(Operation.POOL, Effect.LATE).times(1));
        assertFails(StorageError.IO_FAILED, () -> create(layout));
        assertThat(create(layout).lus()).isEmpty();
    }

    @Test
    void rulesAreReadAsTheyAreWritten() {
        assertThat(Rule.parse("write error")).isEqualTo(Rule.of(Operation.WRITE, Effect.ERROR));
        assertThat(Rule.parse(" any delay:20  after=3 times=2 of=" + lu))
                .isEqualTo(Rule.of(Operation.ANY, Effect.DELAY)
                        .delayMs(20)
                        .after(3)
                        .times(2)
                        .of(lu));
        for (String bad : List.of(
                "",
                "write",
                "write nothing",
                "nobody error",
                "read delay",
                "read error:3",
                "read error after=-1",
                "read error after",
                "read error twice=2",
                "read error of=me")) {
            assertThat(assertFails(FaultError.BAD_RULE, () -> Rule.parse(bad)).getMessage())
                    .contains("storage.fault.rules cannot be '" + bad + "'", "OPERATION EFFECT [after=N]")
                    .doesNotContain("org.serai", "Index");
        }
    }
}
