package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/** What every storage driver promises about pools and LUs. */
public abstract class StorageDriverContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    @Test
    void whatWasNeverWrittenReadsAsZeroAndTakesNoSpace() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 1024L * MIB);
        assertZero(store, 0, 4096);
        assertZero(store, 1024L * MIB - 4096, 4096);
        assertThat(store.usedBytes()).isZero();
        assertThat(store.sizeBytes()).isEqualTo(1024L * MIB);
    }

    @Test
    void whatWasWrittenIsReadBackAndTheRestOfItsExtentIsZero() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 5 * MIB + 512, 1024, 1);
        assertHolds(store, 5 * MIB + 512, 1024, 1);
        assertZero(store, 5 * MIB, 512);
        assertZero(store, 5 * MIB + 1536, 8192);
        assertThat(store.usedBytes()).isEqualTo(pool.usage().extentBytes());
    }

    @Test
    void aWriteMayCrossExtentsAndComeFromAHeapBuffer() {
        PoolStore pool = create(layout(1, 64 * MIB));
        int extent = (int) pool.usage().extentBytes();
        LuStore store = newLu(pool, lu, 64L * MIB);
        ByteBuffer heap = ByteBuffer.allocate(3 * extent);
        heap.put(0, Blocks.at(extent - 512, 3 * extent, 2), 0, 3 * extent);
        store.write(extent - 512, heap);
        assertThat(heap.remaining()).isZero();
        assertHolds(store, extent - 512, 3 * extent, 2);
        ByteBuffer back = ByteBuffer.allocate(3 * extent);
        store.read(extent - 512, back);
        assertThat(Blocks.firstWrong(back.flip(), extent - 512, 2)).isEqualTo(-1);
    }

    @Test
    void aBufferIsUsedFromItsPositionToItsLimit() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, 64L * MIB);
        ByteBuffer part = Blocks.at(0, 4096, 3).position(512).limit(1536);
        store.write(512, part);
        assertThat(part.position()).isEqualTo(1536);
        assertZero(store, 0, 512);
        assertHolds(store, 512, 1024, 3);
        assertZero(store, 1536, 512);
    }

    @Test
    void whatWasFlushedIsThereAfterThePoolIsOpenedAnew() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        for (int i = 0; i < 40; i++) {
            write(store, i * 5L * MIB + 512, 8192, i);
        }
        store.flush();
        long used = store.usedBytes();
        assertThat(pool.usedBytes(lu)).isEqualTo(used);
        store.close();
        pool.close();
        PoolStore again = open(layout);
        assertThat(again.usedBytes(lu)).isEqualTo(used);
        LuStore reopened = again.openLu(lu, 2);
        for (int i = 0; i < 40; i++) {
            assertHolds(reopened, i * 5L * MIB + 512, 8192, i);
        }
        assertThat(reopened.usedBytes()).isEqualTo(used);
        assertThat(again.check().errors()).isEmpty();
    }

    @Test
    void aDeletedLuGivesItsSpaceBackAndIsGone() {
        PoolStore pool = create(layout(1, 64 * MIB));
        long before = pool.usage().usedBytes();
        LuStore store = newLu(pool, lu, 256L * MIB);
        write(store, 0, 8 * MIB, 1);
        assertThat(pool.usage().usedBytes()).isGreaterThanOrEqualTo(before + 8 * MIB);
        store.close();
        pool.deleteLu(lu, 2);
        assertThat(pool.usage().usedBytes()).isEqualTo(before);
        assertThat(pool.lus()).isEmpty();
        assertFails(StorageError.NO_SUCH_LU, () -> pool.openLu(lu, 3));
        pool.deleteLu(lu, 3);
    }

    @Test
    void whatADeletedLuHeldIsNeverSeenByAnother() {
        PoolStore pool = create(layout(1, 32 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 8 * MIB, 1);
        store.close();
        pool.deleteLu(lu, 2);
        LuStore other = newLu(pool, UUID.randomUUID(), 64L * MIB);
        for (int i = 0; i < 8; i++) {
            write(other, i * MIB, 512, 2);
        }
        for (int i = 0; i < 8; i++) {
            assertHolds(other, i * MIB, 512, 2);
            assertZero(other, i * MIB + 512, MIB - 512);
        }
    }

    @Test
    void aThickLuHasAllItsSpaceAtOnceAndReadsAsZero() {
        PoolStore pool = create(layout(1, 64 * MIB));
        pool.createLu(lu, 16 * MIB, true, 1);
        assertThat(pool.usedBytes(lu)).isEqualTo(16 * MIB);
        LuStore store = pool.openLu(lu, 1);
        assertZero(store, 0, 16 * MIB);
        write(store, 3 * MIB, 4096, 1);
        assertThat(store.usedBytes()).isEqualTo(16 * MIB);
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void aThickLuThatDoesNotFitLeavesNothing() {
        PoolStore pool = create(layout(1, 64 * MIB));
        assertFails(StorageError.POOL_FULL, () -> pool.createLu(lu, 64L * MIB + 512, true, 1));
        assertFails(StorageError.POOL_FULL, () -> pool.createLu(lu, 1024L * MIB, true, 1));
        assertThat(pool.lus()).isEmpty();
        assertThat(pool.usage().usedBytes()).isZero();
    }

    @Test
    void aFullPoolRefusesNewSpaceAndNothingElseAndGoesOnWhenThereIsRoom() {
        PoolStore pool = create(layout(1, 48 * MIB));
        UUID ballast = UUID.randomUUID();
        LuStore other = newLu(pool, ballast, 256L * MIB);
        write(other, 0, 4 * MIB, 1);
        other.close();
        LuStore store = newLu(pool, lu, 256L * MIB);
        long[] reached = new long[1];
        assertFails(StorageError.POOL_FULL, () -> {
            for (long at = 0; at < 256L * MIB; at += MIB) {
                write(store, at, MIB, 2);
                reached[0] = at;
            }
        });
        assertThat(reached[0]).isPositive();
        write(store, 0, MIB, 3);
        store.flush();
        assertHolds(store, 0, MIB, 3);
        assertHolds(store, reached[0], MIB, 2);
        pool.deleteLu(ballast, 2);
        write(store, reached[0] + 2 * MIB, MIB, 2);
        store.flush();
        assertHolds(store, reached[0] + 2 * MIB, MIB, 2);
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void pvsInUseAreRefusedAndNamedAndNothingIsLeft() {
        PoolLayout taken = layout(1, 64 * MIB);
        PoolStore pool = create(taken);
        LuStore store = newLu(pool, lu, MIB);
        write(store, 0, 4096, 1);
        PoolLayout fresh = layout(1, 64 * MIB);
        PoolLayout mixed = new PoolLayout(
                fresh.pool(),
                "second",
                List.of(fresh.pvs().getFirst(), taken.pvs().getFirst()),
                0);
        assertThat(assertFails(StorageError.PV_IN_USE, () -> create(mixed)).reason())
                .contains(taken.name());
        assertHolds(store, 0, 4096, 1);
        // The first PV of the refused pool is nobody's: it can be taken at once.
        assertThat(create(fresh).usage().usedBytes()).isZero();
    }

    @Test
    void itIsKnownOfLusWhatTheyCanBeforeOneIsOpen() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, UUID.randomUUID(), MIB);
        for (Class<?> capability : List.of(Discards.class, Moves.class, Resizes.class, Snapshots.class)) {
            assertThat(capability.isAssignableFrom(pool.luType()))
                    .as(capability.getSimpleName())
                    .isEqualTo(capability.isInstance(store));
        }
        store.close();
    }

    @Test
    void aPvThatIsTooSmallIsRefusedWithTheSmallestSize() {
        PoolLayout tiny = layout(1, 64 * 1024);
        assertThat(assertFails(StorageError.PV_UNUSABLE, () -> create(tiny)).action())
                .containsPattern("[0-9]+ bytes");
        PoolLayout missing = new PoolLayout(
                tiny.pool(),
                "missing",
                List.of(new PoolLayout.PvLayout(
                        UUID.randomUUID(), 0, folder.resolve("missing").toString(), OptionalLong.empty())),
                0);
        assertFails(StorageError.PV_UNUSABLE, () -> create(missing));
    }

    @Test
    void aDestroyedPoolsPvsCanBeTakenAgain() {
        PoolLayout layout = layout(2, 64 * MIB);
        create(layout).close();
        driver().destroy(layout);
        driver().destroy(layout);
        assertThat(create(layout).lus()).isEmpty();
    }

    @Test
    void destroyingLeavesAnotherPoolsPvsAlone() {
        PoolLayout layout = layout(1, 64 * MIB);
        create(layout).createLu(lu, MIB, false, 1);
        driver().destroy(new PoolLayout(UUID.randomUUID(), "other", layout.pvs(), 0));
        assertThat(open(layout).lus()).containsExactly(lu);
    }

    @Test
    void aPoolIsOpenedOnlyFromItsOwnPvs() {
        PoolLayout first = layout(1, 64 * MIB);
        create(first);
        PoolLayout second = layout(1, 64 * MIB);
        create(second);
        assertFails(StorageError.PV_WRONG, () -> open(new PoolLayout(first.pool(), first.name(), second.pvs(), 0)));
    }

    @Test
    void sizesThatCannotBeHadAreRefused() {
        PoolLayout layout = layout(1, 64 * MIB);
        assertFails(
                StorageError.BAD_SIZE,
                () -> create(new PoolLayout(layout.pool(), layout.name(), layout.pvs(), 100_000)));
        PoolStore pool = create(layout);
        assertFails(StorageError.BAD_SIZE, () -> pool.createLu(lu, 0, false, 1));
        assertFails(StorageError.BAD_SIZE, () -> pool.createLu(lu, Long.MAX_VALUE, false, 1));
        assertThat(pool.lus()).isEmpty();
    }
}
