package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.StorageFixture;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.StorageDriver;

class DataSumsTest extends StorageFixture {
    private static final int EXTENT = 65536;
    private static final Path PV = Path.of("/memory/pv-0");

    private final MemoryFiles files = new MemoryFiles();
    private final List<Runnable> settling = new ArrayList<>();
    private final StorageDriver driver = new ExtentDriver(files, System::nanoTime, (name, work) -> {
        settling.add(work);
        return () -> settling.remove(work);
    });
    private final UUID lu = UUID.randomUUID();
    private final AtomicLong epochs = new AtomicLong();
    private PoolLayout layout;
    private PoolStore pool;
    private LuStore store;

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @BeforeEach
    void makeAPoolWithSums() {
        List<PvLayout> pvs = List.of(
                new PvLayout(UUID.randomUUID(), 0, PV.toString(), OptionalLong.of(32L * MIB)),
                new PvLayout(UUID.randomUUID(), 1, "/memory/pv-1", OptionalLong.of(32L * MIB)));
        layout = new PoolLayout(UUID.randomUUID(), "sums", pvs, EXTENT, DataChecksum.CRC32C);
        space.now(pvs);
        pool = create(layout);
        pool.createLu(lu, 8L * MIB, false, 1);
        open();
    }

    private void open() {
        store = pool.openLu(lu, epochs.addAndGet(1));
    }

    /** Twice: what was written since the last time is not idle the first time. */
    private void settle() {
        List.copyOf(settling).forEach(Runnable::run);
        List.copyOf(settling).forEach(Runnable::run);
    }

    /** Finds a block of the LU on the disks and flips a bit of it. */
    private String flip(long offset, long seed) {
        ByteBuffer expected = Blocks.at(offset, Blocks.BYTES, seed);
        for (Map.Entry<Path, MemoryDisk> disk : files.disks().entrySet()) {
            for (long at = 0; at < disk.getValue().sizeBytes(); at += Blocks.BYTES) {
                ByteBuffer found = ByteBuffer.allocate(Blocks.BYTES);
                disk.getValue().read(at, found, Blocks.BYTES);
                if (found.flip().equals(expected.duplicate().clear())) {
                    byte[] bad = found.array().clone();
                    bad[100] ^= 4;
                    disk.getValue().write(at, bad, 0, bad.length);
                    return disk.getKey().toString();
                }
            }
        }
        throw new AssertionError("block " + offset + " of seed " + seed + " is on no disk");
    }

    private SeraiException assertDamagedAt(long block, String pv, LuStore of, long offset, int length) {
        SeraiException e = assertFails(StorageError.DATA_DAMAGED, () -> read(of, offset, length));
        assertThat(e.what()).contains(lu.toString()).contains("offset " + block);
        assertThat(e.reason()).contains(pv);
        return e;
    }

    @Test
    void aFlippedBitIsNamedAndWhatIsBesideItIsRead() {
        write(store, 0, 3 * EXTENT, 1);
        store.close();
        open();
        String pv = flip(EXTENT + 8192 + 512, 1);
        assertDamagedAt(EXTENT + 8192, pv, store, 0, 3 * EXTENT);
        assertDamagedAt(EXTENT + 8192, pv, store, EXTENT + 8192 + 1024, 512);
        assertHolds(store, 0, EXTENT + 8192, 1);
        assertHolds(store, EXTENT + 12288, 4096, 1);
        assertThat(pool.check().errors())
                .hasSize(1)
                .allMatch(error -> error.contains("LU " + lu)
                        && error.contains("offset " + (EXTENT + 8192) + ",")
                        && error.contains(pv));
    }

    @Test
    void whatIsWrittenOverDamageIsReadAndTheDamageBesideItStaysSeen() {
        write(store, 0, EXTENT, 1);
        store.close();
        open();
        String pv = flip(4096, 1);
        flip(40960, 1);
        write(store, 4096, 4096, 2);
        assertHolds(store, 4096, 4096, 2);
        assertDamagedAt(40960, pv, store, 40960, 4096);
        store.flush();
        settle();
        assertDamagedAt(40960, pv, store, 40960, 4096);
        assertFails(StorageError.DATA_DAMAGED, () -> write(store, 40960, 512, 3));
        store.close();
        open();
        assertHolds(store, 4096, 4096, 2);
        assertDamagedAt(40960, pv, store, 32768, 16384);
    }

    @Test
    void settledInTheBackgroundDataAreGuardedWhileTheLuIsInUse() {
        write(store, 8192, 4096, 1);
        store.flush();
        settle();
        flip(8192, 1);
        assertFails(StorageError.DATA_DAMAGED, () -> read(store, 8192, 4096));
        assertHolds(write(8192, 2), 8192, 4096, 2);
    }

    private LuStore write(long offset, long seed) {
        write(store, offset, 4096, seed);
        return store;
    }

    @Test
    void zerosOfAnExtentAreGuardedToo() {
        write(store, 0, 512, 1);
        store.close();
        open();
        flip(0, 1);
        assertDamagedAt(0, "pv", store, 512, 512);
        assertZero(store, 4096, EXTENT - 4096);
        ((Discards) store).writeZeroes(0, 4096, false);
        assertZero(store, 0, EXTENT);
    }

    @Test
    void anLuWhoseHolderDiedHasItsSumsTakenAnewAtFirstUse() {
        write(store, 0, EXTENT, 1);
        store.close();
        open();
        write(store, 0, 4096, 2);
        store.flush();
        store.abandon();
        open();
        assertHolds(store, 0, 4096, 2);
        assertHolds(store, 4096, EXTENT - 4096, 1);
        settle();
        flip(0, 2);
        assertFails(StorageError.DATA_DAMAGED, () -> read(store, 0, 4096));
    }

    @Test
    void damageOfASnapshotIsNeitherCopiedNorMovedUnseen() {
        write(store, 0, EXTENT, 1);
        ((Snapshots) store).snapshot(UUID.randomUUID());
        store.close();
        open();
        String pv = flip(0, 1);
        UUID other = layout.pvs().stream()
                .filter(known -> !known.path().equals(pv))
                .findFirst()
                .orElseThrow()
                .pv();
        assertFails(StorageError.DATA_DAMAGED, () -> write(store, 8192, 512, 2));
        assertFails(StorageError.DATA_DAMAGED, () -> ((Moves) store).place(Set.of(other), Set.of(), Progress.NONE));
        assertHolds(store, 4096, EXTENT - 4096, 1);
        write(store, EXTENT, 512, 3);
        assertHolds(store, EXTENT, 512, 3);
    }

    @Test
    void aDamagedSumPageIsNamedByTheCheckAndTakenAnew() {
        write(store, 0, EXTENT, 1);
        store.close();
        int flipped = 0;
        for (MemoryDisk disk : files.disks().values()) {
            for (long at = 0; at < disk.sizeBytes(); at += Pages.BYTES) {
                ByteBuffer page = ByteBuffer.allocate(Pages.BYTES);
                disk.read(at, page, Pages.BYTES);
                if (Pages.isSealed(page.flip(), 0, Pages.Kind.SUMS)) {
                    disk.write(at + Pages.HEAD + 9, new byte[] {(byte) ~page.get(Pages.HEAD + 9)}, 0, 1);
                    flipped++;
                }
            }
        }
        assertThat(flipped).isPositive();
        assertThat(pool.check().errors()).hasSize(1).allMatch(error -> error.contains("checksums on PV"));
        open();
        assertHolds(store, 0, EXTENT, 1);
        settle();
        store.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void aCheckTellsHowFarItIsAndCanBeCancelled() {
        write(store, 0, EXTENT, 1);
        store.close();
        assertFails(StorageError.CANCELLED, () -> pool.check((done, total) -> false));
    }

    @Test
    void readsAndWritesOfUnsettledAndSettledExtentsAllocateNothing() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        StorageDriver real = new SummedDriver();
        PoolLayout onFiles = layout(1, 64L * MIB);
        try (PoolStore files = real.create(onFiles, space.node())) {
            files.createLu(lu, 32L * MIB, false, 1);
            LuStore written = files.openLu(lu, 1);
            awaitAllocatedLess(16, "bytes for a write and a read of an unsettled extent", () -> {
                written.write(65536L * 7, buffer.clear());
                written.read(65536L * 7, buffer.clear());
            });
            written.close();
            LuStore settled = files.openLu(lu, 2);
            awaitAllocatedLess(
                    8, "bytes for a read of a settled extent", () -> settled.read(65536L * 7, buffer.clear()));
        }
    }

    /** Until the compiler has had its turn there are objects that it does away with later. */
    private static void awaitAllocatedLess(long limit, String what, Runnable io) {
        await().pollInSameThread()
                .untilAsserted(() -> assertThat(allocated(io)).as(what).isLessThan(limit));
    }

    private static long allocated(Runnable io) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        int rounds = 3000;
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < rounds; i++) {
            io.run();
        }
        return (threads.getThreadAllocatedBytes(self) - before) / rounds;
    }
}
