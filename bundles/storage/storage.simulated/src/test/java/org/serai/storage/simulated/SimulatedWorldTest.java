package org.serai.storage.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.StorageFixture;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.PoolCheck;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.StorageDriver;

/** What the world does to disks and nodes, as tests can have it done. */
class SimulatedWorldTest extends StorageFixture {
    private final SimulatedDriver driver = new SimulatedDriver();
    private final UUID lu = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @Test
    void aStaleHoldersWriteIsRefusedAtWhateverInstantItWasPaused() throws Exception {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore first = create(layout);
        PoolStore second = open(layout);
        first.createLu(lu, MIB, false, 1);
        long epoch = 1;
        for (int round = 0; round < 200; round++) {
            LuStore old = first.openLu(lu, epoch++);
            AtomicLong written = new AtomicLong();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (long number = 1; true; number++) {
                    old.write(0, ByteBuffer.allocate(512).putLong(0, number));
                    written.set(number);
                }
            });
            while (written.get() < round) {
                Thread.onSpinWait();
            }
            LuStore current = second.openLu(lu, epoch++);
            long seen = read(current, 0, 512).getLong(0);
            assertThat(writing.handle((_, thrown) -> thrown.getCause()).get(120, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            SeraiException.class,
                            thrown -> assertThat(thrown.code()).isEqualTo(StorageError.STALE));
            assertThat(read(current, 0, 512).getLong(0)).isEqualTo(seen).isEqualTo(written.get());
            current.close();
        }
    }

    @Test
    void aCrashLosesOnlyWhatWasNotFlushedBlockByBlock() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolContext context = space.node();
        PoolStore dying = driver.create(layout, context);
        LuStore store = newLu(dying, lu, 8L * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        write(store, 0, MIB, 2);
        Random chance = new Random(3);
        driver.crash(context.incarnation(), chance::nextBoolean);
        assertFails(StorageError.STALE, () -> write(store, 0, 512, 3));
        assertFails(StorageError.STALE, store::flush);
        LuStore found = open(layout).openLu(lu, 2);
        int lost = 0;
        for (int at = 0; at < MIB; at += 512) {
            ByteBuffer block = read(found, at, 512);
            boolean old = Blocks.firstWrong(block, at, 1) < 0;
            assertThat(old || Blocks.firstWrong(block, at, 2) < 0).isTrue();
            lost += old ? 1 : 0;
        }
        assertThat(lost).isBetween(1, MIB / 512 - 1);
    }

    @Test
    void aCrashThatBringsBackWhatWasDiscardedLeavesItsSnapshotAsItWas() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolContext context = space.node();
        LuStore store = newLu(driver.create(layout, context), lu, 8L * MIB);
        write(store, 0, MIB, 1);
        UUID snapshot = UUID.randomUUID();
        can(store, Snapshots.class).snapshot(snapshot);
        can(store, Discards.class).discard(0, MIB);
        write(store, 0, MIB, 2);
        can(store, Discards.class).discard(0, MIB);
        driver.crash(context.incarnation(), () -> true);
        PoolStore pool = open(layout);
        assertHolds(pool.openLu(lu, 2), 0, MIB, 1);
        assertHolds(can(pool, Clones.class).openSnapshot(lu, snapshot), 0, MIB, 1);
    }

    @Test
    void aPvThatIsAwayFailsAndReturnsWithWhatWasOnIt() {
        PoolLayout layout = layout(2, 64 * MIB);
        UUID pv = layout.pvs().get(1).pv();
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 16 * MIB, 1);
        store.flush();
        driver.away(layout.pool(), pv, true);
        assertThat(pool.pvs()).extracting(PvUsage::present).containsExactly(true, false);
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 16 * MIB));
        // New space comes from what is there.
        write(store, 32 * MIB, 4 * MIB, 2);
        assertHolds(store, 32 * MIB, 4 * MIB, 2);
        driver.away(layout.pool(), pv, false);
        assertHolds(store, 0, 16 * MIB, 1);
        assertSound(pool);
    }

    @Test
    void damagedDataAreFoundWhereThereAreChecksums() {
        PoolLayout plain = layout(1, 64 * MIB);
        PoolLayout layout =
                new PoolLayout(plain.pool(), plain.name(), plain.pvs(), plain.extentBytes(), DataChecksum.CRC32C);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        driver.damage(layout.pool(), lu, 8192 + 700);
        assertFails(StorageError.DATA_DAMAGED, () -> read(store, 8192, 512));
        assertHolds(store, 0, 8192, 1);
        assertHolds(store, 12288, MIB - 12288, 1);
        PoolCheck check = pool.check();
        assertThat(check.ok()).isFalse();
        assertThat(check.errors()).singleElement().asString().contains(lu.toString());
        // A part of the block would make the damage look right; all of it mends it.
        assertFails(StorageError.DATA_DAMAGED, () -> write(store, 8192, 512, 2));
        write(store, 8192, 4096, 1);
        assertHolds(store, 0, MIB, 1);
        assertSound(pool);
    }
}
