package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.PosixFiles;
import org.serai.storage.extent.lu.LuHeader;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** What a repair mends, and what it leaves alone. */
class PoolRepairTest extends StorageFixture {
    private final VanishingFiles files = new VanishingFiles(new PosixFiles());
    private final AtomicLong time = new AtomicLong();
    private final StorageDriver driver = new ExtentDriver(files, time::get);
    private final UUID lu = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    private PoolLayout filled() {
        PoolLayout layout = layout(1, 64L * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 1L << 40);
        for (int i = 0; i < 20; i++) {
            write(store, i * (1L << 30), 4096, i + 1);
            if (i % 8 == 0) {
                store.flush();
            }
        }
        store.flush();
        for (int i = 0; i < 20; i++) {
            write(store, i * (1L << 30) + 4 * MIB, 4096, i);
        }
        store.close();
        pool.close();
        return layout;
    }

    private static void flip(Path pv, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(pv, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 0x10));
            channel.write(one.flip(), offset);
        }
    }

    private static List<Long> pages(Path pv, Pages.Kind kind) throws IOException {
        List<Long> found = new ArrayList<>();
        ByteBuffer page = Pages.allocate(1);
        try (FileChannel channel = FileChannel.open(pv)) {
            for (long at = 0; at + Pages.BYTES <= channel.size(); at += Pages.BYTES) {
                channel.read(page.clear(), at);
                if (Pages.isSealed(page, 0, kind)) {
                    found.add(at);
                }
            }
        }
        return found;
    }

    @Test
    void aDamagedCopyIsMendedFromTheOtherUnlessItMayHaveBeenTheNewer() throws IOException {
        PoolLayout layout = filled();
        Path pv = Path.of(layout.pvs().getFirst().path());
        Path intact = folder.resolve("intact");
        Files.copy(pv, intact);
        for (Pages.Kind kind : EnumSet.complementOf(EnumSet.of(Pages.Kind.SUMS))) {
            List<Long> pages = pages(intact, kind);
            int mended = 0;
            int told = 0;
            for (long page : List.of(pages.getFirst(), pages.get(1), pages.get(pages.size() - 2), pages.getLast())) {
                Files.copy(intact, pv, StandardCopyOption.REPLACE_EXISTING);
                flip(pv, page + Pages.HEAD + 1000);
                try (PoolStore pool = driver.open(layout, space.node())) {
                    assertThat(pool.check().ok()).as("%s at %d", kind, page).isEqualTo(kind == Pages.Kind.CHANGES);
                    if (pool.repair(Progress.NONE).ok()) {
                        mended++;
                        assertWhole(pool, kind + " at " + page);
                    } else {
                        told++;
                    }
                }
            }
            boolean alternating = kind == Pages.Kind.LEAF || kind == Pages.Kind.DIRECTORY;
            assertThat(mended)
                    .as("%s mended, of which the intact copy says all", kind)
                    .isPositive();
            assertThat(told)
                    .as("%s told, of which the newer copy is lost", kind)
                    .isEqualTo(alternating ? 4 - mended : 0);
        }
    }

    private void assertWhole(PoolStore pool, String when) {
        LuStore store = pool.openLu(lu, 2);
        for (int i = 0; i < 20; i++) {
            assertHolds(store, i * (1L << 30), 4096, i + 1);
        }
        write(store, 700L << 30, 4096, 7);
        store.close();
        assertThat(pool.check().errors()).as(when).isEmpty();
    }

    @Test
    void aLostChangePageHidesNothingFromAnotherNode() throws IOException {
        PoolLayout layout = filled();
        Path pv = Path.of(layout.pvs().getFirst().path());
        PoolStore one = open(layout);
        PoolStore other = open(layout);
        assertThat(other.lus()).containsExactly(lu);
        for (long page : pages(pv, Pages.Kind.CHANGES)) {
            flip(pv, page + Pages.HEAD + 1000);
        }
        assertFails(StorageError.POOL_DAMAGED, () -> one.createLu(UUID.randomUUID(), MIB, false, 1));
        assertThat(one.repair(Progress.NONE).errors()).isEmpty();
        UUID second = UUID.randomUUID();
        one.createLu(second, MIB, false, 1);
        assertThat(open(layout).lus()).containsExactlyInAnyOrder(lu, second);
        assertThat(other.lus()).containsExactlyInAnyOrder(lu, second);
    }

    @Test
    void whatADeletionLeftIsFreed() {
        PoolLayout layout = layout(2, 48L * MIB);
        PoolStore pool = create(layout);
        Set<UUID> first = Set.of(layout.pvs().getFirst().pv());
        pool.createLu(new LuLayout(lu, 256L * MIB, false, first), 1);
        LuStore store = pool.openLu(lu, 1);
        write(store, 0, 60 * MIB, 1);
        store.close();
        files.take(layout.pvs().get(1).path());
        assertFails(StorageError.PV_AWAY, () -> pool.deleteLu(lu, 2));
        assertThat(pool.usage().usedBytes()).isPositive();
        // With a PV away nobody can say what is nobody's.
        pool.repair(Progress.NONE);
        assertThat(pool.lus()).containsExactly(lu);
        files.bring(layout.pvs().get(1).path());
        time.addAndGet(2_000_000_000L);
        assertThat(pool.check().leakedExtents()).isPositive();
        PoolCheck after = pool.repair(Progress.NONE);
        assertThat(after.ok()).isTrue();
        assertThat(after.leakedExtents()).isZero();
        assertThat(pool.lus()).isEmpty();
        assertThat(pool.usage().usedBytes()).isZero();
    }

    @Test
    void extentsThatNoMapNamesAreFoundAgain() throws IOException {
        PoolLayout layout = filled();
        Path pv = Path.of(layout.pvs().getFirst().path());
        long offset = pages(pv, Pages.Kind.HEADER).getFirst();
        try (BlockFile file = new PosixFiles().open(pv)) {
            LuHeader header = LuHeader.read(file, offset, lu).orElseThrow();
            LuHeader.Counts counts = header.counts();
            LuHeader.Counts wrong = new LuHeader.Counts(
                    counts.shown(),
                    counts.foreign(),
                    counts.owned(),
                    counts.freed(),
                    counts.cursorSequence(),
                    counts.cursorExtent() + 3);
            header.next(1, LuHeader.State.CLEAN, wrong, header.table()).write(file, offset);
        }
        PoolStore pool = open(layout);
        assertThat(pool.check().leakedExtents()).isEqualTo(3);
        assertThat(pool.repair(Progress.NONE).leakedExtents()).isZero();
        pool.openLu(lu, 2).close();
        PoolCheck after = pool.check();
        assertThat(after.errors()).isEmpty();
        assertThat(after.leakedExtents()).isZero();
    }

    @Test
    void aCheckTellsHowFarItIsAndCanBeCancelled() {
        PoolStore pool = create(layout(1, 64L * MIB));
        for (int i = 0; i < 5; i++) {
            newLu(pool, UUID.randomUUID(), MIB).close();
        }
        List<Long> told = new ArrayList<>();
        pool.check((done, total) -> {
            assertThat(done).isLessThanOrEqualTo(total);
            return told.add(done);
        });
        assertThat(told).hasSize(5).isSorted();
        assertThat(told.getLast()).isEqualTo(pool.usage().usedBytes());
        assertFails(StorageError.CANCELLED, () -> pool.check((done, _) -> done < told.get(2)));
    }
}
