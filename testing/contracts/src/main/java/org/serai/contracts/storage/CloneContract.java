package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;

/** What a driver promises whose pools have {@link Clones}. */
public abstract class CloneContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();
    private final UUID clone = UUID.randomUUID();
    private final UUID snapshot = UUID.randomUUID();

    private static void snapshot(LuStore store, UUID id) {
        can(store, Snapshots.class).snapshot(id);
    }

    private static void drop(LuStore store, UUID id, UUID... needed) {
        can(store, Snapshots.class).deleteSnapshot(id, Set.of(needed));
    }

    private LuStore clone(PoolStore pool, UUID id, UUID origin, UUID from, long sizeBytes) {
        can(pool, Clones.class).createClone(new LuLayout(id, sizeBytes, false, Set.of()), origin, from, 1);
        return pool.openLu(id, 1);
    }

    private static void flatten(LuStore store, Progress progress) {
        can(store, Clones.Clone.class).flatten(progress);
    }

    /** An LU with 8 MiB of seed 1, a snapshot of it, and seed 2 on its second MiB since. */
    private LuStore origin(PoolStore pool) {
        LuStore origin = newLu(pool, lu, 16L * MIB);
        write(origin, 0, 8 * MIB, 1);
        snapshot(origin, snapshot);
        write(origin, MIB, MIB, 2);
        origin.flush();
        return origin;
    }

    @Test
    void aCloneShowsWhatTheSnapshotShowsAndNeitherSeesTheOther() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore origin = origin(pool);
        LuStore cloned = clone(open(layout), clone, lu, snapshot, 32L * MIB);
        assertThat(cloned.sizeBytes()).isEqualTo(32L * MIB);
        assertHolds(cloned, 0, 8 * MIB, 1);
        assertZero(cloned, 8 * MIB, 24 * MIB);
        write(cloned, 2 * MIB + 512, 512, 3);
        write(cloned, 24 * MIB, MIB, 3);
        assertHolds(cloned, 2 * MIB, 512, 1);
        assertHolds(cloned, 2 * MIB + 512, 512, 3);
        assertHolds(cloned, 2 * MIB + 1024, 6 * MIB - 1024, 1);
        write(origin, 0, 8 * MIB, 4);
        origin.flush();
        assertHolds(cloned, 0, 2 * MIB, 1);
        assertHolds(origin, 0, 8 * MIB, 4);
        LuStore seen = can(pool, Clones.class).openSnapshot(lu, snapshot);
        assertHolds(seen, 0, 8 * MIB, 1);
        seen.close();
        cloned.close();
        LuStore again = pool.openLu(clone, 2);
        assertHolds(again, 2 * MIB + 512, 512, 3);
        assertHolds(again, 2 * MIB + 1024, 6 * MIB - 1024, 1);
        again.close();
        origin.close();
        assertSound(pool);
    }

    @Test
    void aCloneIsDurableAtReturnAndTakesNoSpaceOfItsOwn() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore origin = newLu(pool, lu, 32L * MIB);
        write(origin, 0, 24 * MIB, 1);
        snapshot(origin, snapshot);
        long before = pool.usage().usedBytes();
        for (int i = 0; i < 3; i++) {
            UUID id = UUID.randomUUID();
            LuStore cloned = clone(pool, id, lu, snapshot, 32L * MIB);
            assertThat(cloned.usedBytes()).isEqualTo(24 * MIB);
            cloned.abandon();
            LuStore again = open(layout).openLu(id, 2);
            assertHolds(again, 0, 24 * MIB, 1);
            again.close();
        }
        assertThat(pool.usage().usedBytes() - before).isLessThan(16 * MIB);
        assertThat(pool.lus()).hasSize(4);
        assertSound(pool);
    }

    @Test
    void aSnapshotIsReadOnOtherNodesWhoeverHoldsItsLu() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore origin = origin(create(layout));
        PoolStore other = open(layout);
        LuStore seen = can(other, Clones.class).openSnapshot(lu, snapshot);
        assertThat(seen.sizeBytes()).isEqualTo(16L * MIB);
        assertHolds(seen, 0, 8 * MIB, 1);
        assertZero(seen, 8 * MIB, 8 * MIB);
        assertFails(StorageError.READ_ONLY, () -> write(seen, 0, 512, 1));
        write(origin, 0, 4 * MIB, 3);
        origin.flush();
        assertHolds(seen, 0, 8 * MIB, 1);
        assertHolds(origin, 0, 4 * MIB, 3);
        seen.close();
        assertFails(StorageError.LU_CLOSED, () -> read(seen, 0, 512));
        assertFails(
                StorageError.NO_SUCH_SNAPSHOT, () -> can(other, Clones.class).openSnapshot(lu, UUID.randomUUID()));
    }

    @Test
    void whatCannotBeClonedIsRefusedAndLeavesNothing() {
        PoolStore pool = create(layout(1, 48 * MIB));
        origin(pool);
        long before = pool.usage().usedBytes();
        Clones clones = can(pool, Clones.class);
        LuLayout wanted = new LuLayout(clone, 16L * MIB, false, Set.of());
        assertFails(StorageError.NO_SUCH_SNAPSHOT, () -> clones.createClone(wanted, lu, UUID.randomUUID(), 1));
        assertFails(StorageError.NO_SUCH_LU, () -> clones.createClone(wanted, UUID.randomUUID(), snapshot, 1));
        assertFails(
                StorageError.BAD_SIZE,
                () -> clones.createClone(new LuLayout(clone, 8L * MIB, false, Set.of()), lu, snapshot, 1));
        assertFails(
                StorageError.POOL_FULL,
                () -> clones.createClone(new LuLayout(clone, 40L * MIB, true, Set.of()), lu, snapshot, 1));
        assertFails(
                StorageError.LU_EXISTS,
                () -> clones.createClone(new LuLayout(lu, 16L * MIB, false, Set.of()), lu, snapshot, 1));
        assertThat(pool.lus()).containsExactly(lu);
        assertThat(pool.usage().usedBytes()).isEqualTo(before);
    }

    @Test
    void aThickCloneSharesNothing() {
        PoolStore pool = create(layout(2, 64 * MIB));
        LuStore origin = origin(pool);
        can(pool, Clones.class).createClone(new LuLayout(clone, 16L * MIB, true, Set.of()), lu, snapshot, 1);
        drop(origin, snapshot);
        origin.close();
        pool.deleteLu(lu, 2);
        LuStore cloned = pool.openLu(clone, 1);
        assertThat(cloned.usedBytes()).isEqualTo(16 * MIB);
        assertHolds(cloned, 0, 8 * MIB, 1);
        assertZero(cloned, 8 * MIB, 8 * MIB);
        cloned.close();
        assertSound(pool);
    }

    @Test
    void aFlattenedCloneNeedsItsOriginNoMore() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore origin = origin(pool);
        LuStore cloned = clone(pool, clone, lu, snapshot, 16L * MIB);
        write(cloned, 3 * MIB + 512, 512, 3);
        AtomicLong most = new AtomicLong();
        flatten(cloned, (done, total) -> {
            assertThat(done).isBetween(0L, total);
            most.accumulateAndGet(total, Math::max);
            return true;
        });
        assertThat(most.get()).isPositive();
        flatten(cloned, Progress.NONE);
        cloned.abandon();
        drop(origin, snapshot);
        origin.close();
        pool.deleteLu(lu, 2);
        LuStore filler = newLu(pool, UUID.randomUUID(), 256L * MIB);
        fill(filler, 0, 9);
        filler.close();
        LuStore again = open(layout).openLu(clone, 2);
        assertHolds(again, 0, 3 * MIB + 512, 1);
        assertHolds(again, 3 * MIB + 512, 512, 3);
        assertHolds(again, 3 * MIB + 1024, 5 * MIB - 1024, 1);
        assertZero(again, 8 * MIB, 8 * MIB);
        again.close();
        assertSound(pool);
    }

    @Test
    void flatteningCanBeCancelledAndRepeatedWhileTheCloneIsWritten() throws Exception {
        PoolStore pool = create(layout(2, 64 * MIB));
        LuStore origin = origin(pool);
        LuStore cloned = clone(pool, clone, lu, snapshot, 16L * MIB);
        assertFails(StorageError.CANCELLED, () -> flatten(cloned, (_, _) -> false));
        assertHolds(cloned, 0, 8 * MIB, 1);
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> {
                write(cloned, 4 * MIB, MIB, 5);
                assertHolds(cloned, 4 * MIB, MIB, 5);
                assertHolds(cloned, 0, 4 * MIB, 1);
            });
            crowd.during(() -> flatten(cloned, Progress.NONE));
        }
        assertHolds(cloned, 4 * MIB, MIB, 5);
        cloned.flush();
        drop(origin, snapshot);
        write(origin, 0, 8 * MIB, 6);
        origin.flush();
        assertHolds(cloned, 0, 4 * MIB, 1);
        assertHolds(cloned, 5 * MIB, 3 * MIB, 1);
        cloned.close();
        assertSound(pool);
    }

    @Test
    void aCloneOfACloneShowsAllLevels() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        origin(pool);
        LuStore second = clone(pool, clone, lu, snapshot, 16L * MIB);
        write(second, 2 * MIB, MIB, 3);
        UUID inner = UUID.randomUUID();
        snapshot(second, inner);
        write(second, 0, 8 * MIB, 4);
        second.flush();
        UUID id = UUID.randomUUID();
        LuStore third = clone(open(layout), id, clone, inner, 16L * MIB);
        write(third, 4 * MIB, 512, 5);
        third.close();
        LuStore again = pool.openLu(id, 2);
        assertHolds(again, 0, 2 * MIB, 1);
        assertHolds(again, 2 * MIB, MIB, 3);
        assertHolds(again, 3 * MIB, MIB, 1);
        assertHolds(again, 4 * MIB, 512, 5);
        assertHolds(again, 4 * MIB + 512, 4 * MIB - 512, 1);
        Clones clones = can(open(layout), Clones.class);
        assertThat(clones.origins(lu)).isEmpty();
        assertThat(clones.origins(clone)).containsExactly(lu);
        assertThat(clones.origins(id)).containsExactlyInAnyOrder(lu, clone);
        can(again, Clones.Clone.class).flatten(Progress.NONE);
        again.close();
        assertThat(clones.origins(id)).isEmpty();
        second.close();
        assertSound(pool);
    }

    @Test
    void aSnapshotDroppedWhileClonesNeedItGoesWithALaterDrop() {
        PoolStore pool = create(layout(2, 64 * MIB));
        LuStore origin = origin(pool);
        LuStore cloned = clone(pool, clone, lu, snapshot, 16L * MIB);
        UUID later = UUID.randomUUID();
        snapshot(origin, later);
        drop(origin, snapshot, snapshot);
        assertThat(can(origin, Snapshots.class).snapshots())
                .extracting(Snapshots.SnapshotUsage::snapshot)
                .containsExactly(later);
        assertFails(
                StorageError.NO_SUCH_SNAPSHOT,
                () -> can(origin, Snapshots.class).rollback(snapshot));
        write(origin, 0, 8 * MIB, 7);
        drop(origin, later, snapshot);
        origin.flush();
        assertHolds(cloned, 0, 8 * MIB, 1);
        assertHolds(origin, 0, 8 * MIB, 7);
        cloned.close();
        pool.deleteLu(clone, 2);
        drop(origin, snapshot);
        origin.close();
        assertThat(pool.luUsage(lu).snapshotBytes()).isZero();
        assertThat(pool.luUsage(lu).usedBytes()).isEqualTo(8 * MIB);
        assertSound(pool);
        pool.deleteLu(lu, 2);
        assertThat(pool.usage().usedBytes()).isZero();
    }

    @Test
    void aCloneGoesOnWhileItsOriginChangesOnAnotherNode() throws Exception {
        PoolLayout layout = layout(2, 64 * MIB);
        LuStore origin = origin(create(layout));
        PoolStore other = open(layout);
        LuStore cloned = clone(other, clone, lu, snapshot, 16L * MIB);
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> assertHolds(cloned, 0, 4 * MIB, 1));
            crowd.beside(() -> {
                write(cloned, 6 * MIB, MIB, 3);
                assertHolds(cloned, 6 * MIB, MIB, 3);
            });
            crowd.during(() -> {
                for (int round = 0; round < 15; round++) {
                    write(origin, 0, 8 * MIB, 10 + round);
                    UUID id = UUID.randomUUID();
                    snapshot(origin, id);
                    write(origin, 0, 4 * MIB, 30 + round);
                    drop(origin, id, snapshot);
                    origin.flush();
                }
            });
        }
        assertHolds(cloned, 0, 6 * MIB, 1);
        assertHolds(cloned, 7 * MIB, MIB, 1);
        cloned.close();
        origin.close();
        assertSound(other);
    }

    @Test
    void aStaleHolderFlattensNothing() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        origin(pool);
        LuStore old = clone(pool, clone, lu, snapshot, 16L * MIB);
        LuStore current = open(layout).openLu(clone, 2);
        assertFails(StorageError.STALE, () -> flatten(old, Progress.NONE));
        assertHolds(current, 0, 8 * MIB, 1);
        current.close();
        assertFails(StorageError.LU_CLOSED, () -> flatten(current, Progress.NONE));
        assertFails(StorageError.STALE, () -> open(layout).openLu(clone, 2));
    }
}
