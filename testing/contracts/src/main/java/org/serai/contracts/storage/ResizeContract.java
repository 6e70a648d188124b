package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Resizes;

/** What a driver promises whose LUs are {@link Resizes}. */
public abstract class ResizeContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    private static void resize(LuStore store, long sizeBytes) {
        can(store, Resizes.class).resize(sizeBytes);
    }

    @Test
    void aGrownLuReadsAsZeroBehindItsOldEndAndCanBeWrittenThere() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, MIB + 512);
        write(store, 0, MIB + 512, 1);
        resize(store, 1L << 40);
        assertThat(store.sizeBytes()).isEqualTo(1L << 40);
        assertZero(store, MIB + 512, MIB);
        write(store, (1L << 40) - 4096, 4096, 2);
        store.close();
        assertThat(pool.luUsage(lu).sizeBytes()).isEqualTo(1L << 40);
        LuStore again = open(layout).openLu(lu, 2);
        assertThat(again.sizeBytes()).isEqualTo(1L << 40);
        assertHolds(again, 0, MIB + 512, 1);
        assertZero(again, MIB + 512, MIB);
        assertHolds(again, (1L << 40) - 4096, 4096, 2);
        again.close();
        assertSound(pool);
    }

    @Test
    void aNewSizeIsDurableAtReturn() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore store = newLu(create(layout), lu, 8 * MIB);
        write(store, 0, 8 * MIB, 1);
        store.flush();
        resize(store, 16 * MIB);
        store.abandon();
        PoolStore pool = open(layout);
        assertThat(pool.luUsage(lu).sizeBytes()).isEqualTo(16 * MIB);
        LuStore again = pool.openLu(lu, 2);
        assertThat(again.sizeBytes()).isEqualTo(16 * MIB);
        resize(again, 4 * MIB + 512);
        again.abandon();
        LuStore last = pool.openLu(lu, 3);
        assertThat(last.sizeBytes()).isEqualTo(4 * MIB + 512);
        assertHolds(last, 0, 4 * MIB + 512, 1);
        last.close();
        assertSound(pool);
    }

    @Test
    void aShrunkLuGivesItsSpaceBackAndShowsZeroesWhenItGrowsAgain() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 32L * MIB);
        write(store, 0, 32 * MIB, 1);
        store.flush();
        resize(store, 4 * MIB + 512);
        assertThat(store.sizeBytes()).isEqualTo(4 * MIB + 512);
        assertThat(store.usedBytes()).isLessThanOrEqualTo(5 * MIB);
        resize(store, 32 * MIB);
        assertHolds(store, 0, 4 * MIB + 512, 1);
        assertZero(store, 4 * MIB + 512, 28 * MIB - 512);
        store.close();
        LuStore again = open(layout).openLu(lu, 2);
        assertHolds(again, 0, 4 * MIB + 512, 1);
        assertZero(again, 4 * MIB + 512, 28 * MIB - 512);
        resize(again, 512);
        again.close();
        LuStore last = pool.openLu(lu, 3);
        resize(last, 4 * MIB);
        assertHolds(last, 0, 512, 1);
        assertZero(last, 512, 4 * MIB - 512);
        last.close();
        assertSound(pool);
    }

    @Test
    void whatAShrunkLuGaveBackIsUsedByAnother() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        resize(store, 4 * MIB);
        LuStore other = newLu(open(layout), UUID.randomUUID(), 256L * MIB);
        for (long at = 0; at < written / 2; at += MIB) {
            write(other, at, MIB, 2);
        }
        other.flush();
        resize(store, 256L * MIB);
        assertHolds(store, 0, 4 * MIB, 1);
        assertZero(store, 4 * MIB, 16 * MIB);
        assertSound(pool);
    }

    @Test
    void aThickLuTakesItsSpaceAtOnceAndKeepsItsSizeWhereThereIsNone() {
        PoolStore pool = create(layout(1, 64 * MIB));
        pool.createLu(lu, 8 * MIB, true, 1);
        LuStore store = pool.openLu(lu, 1);
        write(store, 0, 8 * MIB, 1);
        resize(store, 16 * MIB);
        assertThat(store.usedBytes()).isEqualTo(16 * MIB);
        assertZero(store, 8 * MIB, 8 * MIB);
        long used = pool.usage().usedBytes();
        assertFails(StorageError.POOL_FULL, () -> resize(store, 1024L * MIB));
        assertThat(store.sizeBytes()).isEqualTo(16 * MIB);
        assertThat(pool.luUsage(lu).sizeBytes()).isEqualTo(16 * MIB);
        assertThat(pool.usage().usedBytes()).isEqualTo(used);
        assertHolds(store, 0, 8 * MIB, 1);
        store.close();
        assertThat(pool.openLu(lu, 2).sizeBytes()).isEqualTo(16 * MIB);
        assertSound(pool);
    }

    @Test
    void sizesThatCannotBeHadAreRefused() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, MIB);
        assertFails(StorageError.BAD_SIZE, () -> resize(store, 0));
        assertFails(StorageError.BAD_SIZE, () -> resize(store, Long.MAX_VALUE));
        resize(store, MIB);
        assertThat(store.sizeBytes()).isEqualTo(MIB);
    }

    @Test
    void readersAndWritersGoOnWhileTheSizeChanges() throws Exception {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 8L * MIB);
        try (Crowd crowd = new Crowd()) {
            for (int each = 0; each < 3; each++) {
                long at = each * 65536L * 5;
                int seed = each;
                crowd.beside(() -> {
                    write(store, at, 65536, seed);
                    assertHolds(store, at, 65536, seed);
                });
            }
            crowd.during(() -> {
                for (int round = 0; round < 30; round++) {
                    resize(store, 32L * MIB);
                    assertZero(store, 2 * MIB, 8 * MIB);
                    write(store, 2 * MIB, 8 * MIB, round);
                    assertHolds(store, 2 * MIB, 8 * MIB, round);
                    resize(store, 2L * MIB);
                }
            });
        }
        for (int each = 0; each < 3; each++) {
            assertHolds(store, each * 65536L * 5, 65536, each);
        }
        assertSound(pool);
    }

    @Test
    void aStaleHolderChangesNoSize() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore old = newLu(create(layout), lu, 8L * MIB);
        write(old, 0, 8 * MIB, 1);
        old.flush();
        PoolStore pool = open(layout);
        LuStore current = pool.openLu(lu, 2);
        assertFails(StorageError.STALE, () -> resize(old, MIB));
        assertThat(current.sizeBytes()).isEqualTo(8L * MIB);
        assertHolds(current, 0, 8 * MIB, 1);
        current.close();
        assertThat(pool.luUsage(lu).sizeBytes()).isEqualTo(8L * MIB);
        assertFails(StorageError.LU_CLOSED, () -> resize(current, MIB));
    }
}
