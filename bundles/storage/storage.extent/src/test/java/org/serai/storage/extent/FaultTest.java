package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.DataChecksum;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.PosixFiles;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** PVs whose calls fail, are done in half, or never return. */
class FaultTest extends StorageFixture {
    private final FaultyFiles files = new FaultyFiles(new PosixFiles());
    private final StorageDriver driver = new ExtentDriver(files);
    private final UUID here = UUID.randomUUID();
    private final UUID there = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @AfterEach
    void goOn() {
        files.heal();
        files.goOn();
    }

    static LongStream seeds() {
        return CrashReplayTest.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverFailsWhatWasFlushedIsThereAndAStepIsDoneOrNot(long seed) {
        for (DataChecksum checksum : DataChecksum.values()) {
            Workload workload = new Workload(seed, checksum);
            workload.beginFaults();
            try {
                workload.run(150);
                workload.stopFaults();
                workload.end();
                workload.requireWhole();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", sums " + checksum + ": " + e.getMessage(), e);
            }
        }
    }

    private LuStore newLuOn(PoolStore pool, PoolLayout layout, UUID lu, int pv) {
        Set<UUID> pvs = Set.of(layout.pvs().get(pv).pv());
        pool.createLu(new LuLayout(lu, 64L * MIB, false, pvs), 1);
        return pool.openLu(lu, new OpenMode(1, pvs, false));
    }

    private static CompletableFuture<Void> start(Runnable work) {
        return CompletableFuture.runAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void aStalledPvStopsNothingOnTheOthers() {
        PoolLayout layout = layout(2, 256L * MIB);
        PoolStore pool = create(layout);
        LuStore fast = newLuOn(pool, layout, here, 0);
        LuStore slow = newLuOn(pool, layout, there, 1);
        write(fast, 0, MIB, 1);
        write(slow, 0, MIB, 2);
        slow.flush();
        files.stall(layout.pvs().get(1).path());
        CompletableFuture<Void> stuck = start(() -> write(slow, 0, 4096, 3));
        CompletableFuture<Void> alsoStuck = start(slow::flush);
        await().until(() -> files.stuck() >= 1);
        CompletableFuture<Void> goesOn = start(() -> {
            write(fast, 8192, 4096, 4);
            fast.flush();
            // New extents of units that it has.
            write(fast, 2L * MIB, 4096, 5);
            fast.flush();
            assertHolds(fast, 8192, 4096, 4);
            assertHolds(fast, 2L * MIB, 4096, 5);
            fast.close();
        });
        await().until(goesOn::isDone);
        goesOn.join();
        assertThat(stuck).isNotDone();
        files.goOn();
        await().until(() -> stuck.isDone() && alsoStuck.isDone());
        stuck.join();
        alsoStuck.join();
        assertHolds(slow, 0, 4096, 3);
    }

    @Test
    void aFailedReadOrWriteIsToldAndTheNextOneGoesOn() {
        PoolStore pool = create(layout(1, 64L * MIB));
        LuStore store = newLu(pool, here, 64L * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        files.fail(Set.of(FaultyFiles.Call.READ), 0, 1, false);
        assertFails(StorageError.IO_FAILED, () -> store.read(0, ByteBuffer.allocateDirect(4096)));
        assertHolds(store, 0, MIB, 1);
        files.fail(Set.of(FaultyFiles.Call.WRITE), 0, 1, true);
        assertFails(StorageError.IO_FAILED, () -> write(store, 0, 65536, 2));
        // The half that was done, and the old other half.
        assertHolds(store, 0, 32768, 2);
        assertHolds(store, 32768, 32768, 1);
        write(store, 0, 65536, 3);
        store.flush();
        assertHolds(store, 0, 65536, 3);
        store.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void afterAFailedSyncNobodyIsToldThatDataAreSafe() {
        PoolStore pool = create(layout(1, 64L * MIB));
        LuStore store = newLu(pool, here, 64L * MIB);
        write(store, 0, MIB, 1);
        files.fail(Set.of(FaultyFiles.Call.SYNC), 0, 1, false);
        assertFails(StorageError.IO_FAILED, store::flush);
        assertFails(StorageError.IO_FAILED, store::flush);
        assertFails(StorageError.IO_FAILED, () -> write(store, 0, 4096, 2));
    }
}
