package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;

/** What a driver promises whose LUs are {@link Discards}. */
public abstract class DiscardContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    private static void discard(LuStore store, long offset, long length) {
        can(store, Discards.class).discard(offset, length);
    }

    @Test
    void aDiscardedPartReadsAsZeroAndItsNeighboursStay() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, 64L * MIB);
        write(store, 0, 8 * MIB, 1);
        discard(store, 512, 512);
        discard(store, 3 * MIB - 1536, 2 * MIB + 512);
        assertHolds(store, 0, 512, 1);
        assertZero(store, 512, 512);
        assertHolds(store, 1024, 3 * MIB - 2560, 1);
        assertZero(store, 3 * MIB - 1536, 2 * MIB + 512);
        assertHolds(store, 5 * MIB - 1024, 3 * MIB + 1024, 1);
    }

    @Test
    void whatWasNeverWrittenCanBeDiscardedAndTakesNoSpace() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 1L << 40);
        discard(store, 0, 1L << 40);
        discard(store, 5 * MIB + 512, 1024);
        store.flush();
        assertThat(store.usedBytes()).isZero();
        assertZero(store, 5 * MIB, MIB);
        assertSound(pool);
    }

    @Test
    void wholeExtentsGiveTheirSpaceBackOnceThatIsDurable() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        store.flush();
        long used = store.usedBytes();
        long extent = pool.usage().extentBytes();
        // All but the first extent and a half.
        discard(store, extent + extent / 2, 256L * MIB - extent - extent / 2);
        store.flush();
        assertThat(store.usedBytes()).isEqualTo(2 * extent).isLessThan(used);
        assertThat(pool.usedBytes(lu)).isEqualTo(2 * extent);
        LuStore other = newLu(open(layout), UUID.randomUUID(), 256L * MIB);
        long taken = written * 3 / 4 / MIB * MIB;
        for (long at = 0; at < taken; at += MIB) {
            write(other, at, MIB, 2);
        }
        other.flush();
        assertHolds(store, 0, (int) (extent + extent / 2), 1);
        assertZero(store, extent + extent / 2, 4 * MIB);
        assertHolds(other, 0, 4 * MIB, 2);
        assertSound(pool);
    }

    @Test
    void whatWasDiscardedStaysZeroAfterAnAbandonAndItsSpaceBackWithThePool() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 8 * MIB, 1);
        store.flush();
        discard(store, MIB, 6 * MIB);
        store.flush();
        store.abandon();
        LuStore again = open(layout).openLu(lu, 2);
        assertHolds(again, 0, MIB, 1);
        assertZero(again, MIB, 6 * MIB);
        assertHolds(again, 7 * MIB, MIB, 1);
        assertThat(again.usedBytes()).isEqualTo(2 * MIB);
        again.close();
        assertSound(pool);
    }

    @Test
    void whatWasThereBeforeADiscardNeverComesBack() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 64L * MIB);
        for (int round = 0; round < 20; round++) {
            write(store, 0, 8 * MIB, round);
            discard(store, 0, 8 * MIB);
            if (round % 2 == 0) {
                store.flush();
            }
            for (long at = 0; at < 8 * MIB; at += MIB) {
                write(store, at + 512, 512, 100 + round);
            }
            for (long at = 0; at < 8 * MIB; at += MIB) {
                assertZero(store, at, 512);
                assertHolds(store, at + 512, 512, 100 + round);
                assertZero(store, at + 1024, MIB - 1024);
            }
        }
        store.close();
        LuStore again = open(layout).openLu(lu, 2);
        assertZero(again, 7 * MIB + 1024, MIB - 1024);
        assertHolds(again, 7 * MIB + 512, 512, 119);
        again.close();
        assertSound(pool);
    }

    @Test
    void writeZeroesKeepsTheSpaceThatIsThereUnlessItMayGoBack() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 8 * MIB, 1);
        store.flush();
        can(store, Discards.class).writeZeroes(512, 4 * MIB, false);
        can(store, Discards.class).writeZeroes(16 * MIB, 4 * MIB, false);
        store.flush();
        assertThat(store.usedBytes()).isGreaterThanOrEqualTo(8 * MIB);
        assertHolds(store, 0, 512, 1);
        assertZero(store, 512, 4 * MIB);
        assertHolds(store, 4 * MIB + 512, 4 * MIB - 512, 1);
        assertZero(store, 16 * MIB, 4 * MIB);
        can(store, Discards.class).writeZeroes(0, 64 * MIB, true);
        store.flush();
        assertZero(store, 0, 8 * MIB);
        assertThat(store.usedBytes()).isZero();
        assertSound(pool);
    }

    @Test
    void rangesTellWhatIsGivenAndCoverTheLuWithoutGaps() {
        PoolStore pool = create(layout(1, 64 * MIB));
        long size = 64L * MIB + 512;
        LuStore store = newLu(pool, lu, size);
        write(store, 4 * MIB, 2 * MIB, 1);
        write(store, 32 * MIB, 512, 1);
        discard(store, 5 * MIB, MIB);
        long given = 0;
        for (long at = 0; at < size; ) {
            Range range = can(store, Discards.class).rangeAt(at);
            assertThat(range.offset()).isEqualTo(at);
            assertThat(range.length()).isPositive().isLessThanOrEqualTo(size - at);
            if (!range.given()) {
                assertZero(store, at, 512);
            }
            given += range.given() ? range.length() : 0;
            at += range.length();
        }
        assertThat(given).isEqualTo(store.usedBytes());
        assertThat(can(store, Discards.class).rangeAt(4 * MIB + 512).given()).isTrue();
        assertThat(can(store, Discards.class).rangeAt(5 * MIB).given()).isFalse();
        assertThat(can(store, Discards.class).rangeAt(size - 512).length()).isEqualTo(512);
    }

    @Test
    void aFullPoolTakesDiscardsAndGoesOn() {
        PoolStore pool = create(layout(1, 48 * MIB));
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        discard(store, 0, 8 * MIB);
        store.flush();
        for (long at = 0; at < 8 * MIB; at += MIB) {
            write(store, written + 2 * MIB + at, MIB, 2);
        }
        store.flush();
        assertZero(store, 0, 8 * MIB);
        assertHolds(store, written + 2 * MIB, 8 * MIB, 2);
        assertHolds(store, 8 * MIB, MIB, 1);
        assertSound(pool);
    }

    @Test
    void readersNeverSeeWhatTookADiscardedPlace() throws Exception {
        PoolLayout layout = layout(1, 24 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 8L * MIB);
        LuStore other = newLu(open(layout), UUID.randomUUID(), 8L * MIB);
        try (Crowd crowd = new Crowd()) {
            for (int reader = 0; reader < 2; reader++) {
                crowd.beside(() -> {
                    for (long at = 0; at < 4 * MIB; at += 65536) {
                        assertOwnOrZero(read(store, at, 65536), at, 1);
                        assertOwnOrZero(read(other, at, 65536), at, 2);
                    }
                });
            }
            crowd.during(() -> {
                for (int round = 0; round < 40; round++) {
                    write(store, 0, 4 * MIB, 1);
                    discard(store, 0, 4 * MIB);
                    store.flush();
                    write(other, 0, 4 * MIB, 2);
                    discard(other, 0, 4 * MIB);
                    other.flush();
                }
            });
        }
        assertSound(pool);
    }

    private static void assertOwnOrZero(ByteBuffer found, long offset, long seed) {
        for (int at = 0; at < found.limit(); at += Blocks.BYTES) {
            ByteBuffer block = found.slice(at, Blocks.BYTES);
            assertThat(Blocks.firstNonZero(block) < 0 || Blocks.firstWrong(block, offset + at, seed) < 0)
                    .as("what is at %d is zero or its own", offset + at)
                    .isTrue();
        }
    }

    @Test
    void discardsAndWritesOfNeighboursInOneExtentDoNotDisturbEachOther() throws Exception {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 8L * MIB);
        try (Crowd crowd = new Crowd()) {
            for (int each = 0; each < 4; each++) {
                long at = each * 8192L;
                long seed = each;
                crowd.beside(() -> {
                    write(store, at, 4096, seed);
                    assertHolds(store, at, 4096, seed);
                    discard(store, at, 4096);
                    assertZero(store, at, 4096);
                });
            }
            crowd.during(() -> {
                for (int round = 0; round < 200; round++) {
                    write(store, 65536, 4096, round);
                    assertHolds(store, 65536, 4096, round);
                    store.flush();
                }
            });
        }
        assertHolds(store, 65536, 4096, 199);
        assertSound(pool);
    }

    @Test
    void aStaleHolderDiscardsNothing() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore old = newLu(create(layout), lu, 64L * MIB);
        write(old, 0, 8 * MIB, 1);
        old.flush();
        LuStore current = open(layout).openLu(lu, 2);
        assertFails(StorageError.STALE, () -> {
            discard(old, 0, 4 * MIB);
            old.flush();
        });
        assertFails(StorageError.STALE, () -> can(old, Discards.class).writeZeroes(4 * MIB, MIB, true));
        assertHolds(current, 0, 8 * MIB, 1);
        assertThat(current.usedBytes()).isEqualTo(8 * MIB);
    }

    @Test
    void aClosedLuDiscardsNothing() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, MIB);
        store.close();
        assertFails(StorageError.LU_CLOSED, () -> discard(store, 0, 512));
        assertFails(StorageError.LU_CLOSED, () -> can(store, Discards.class).writeZeroes(0, 512, false));
        assertFails(StorageError.LU_CLOSED, () -> can(store, Discards.class).rangeAt(0));
    }
}
