package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Resizes;
import org.serai.storage.spi.Snapshots;

/** What a driver promises that has {@link Discards}, {@link Resizes}, {@link Snapshots}, {@link Moves}, {@link Clones}. */
public abstract class CapabilitiesTogetherContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();
    private final UUID clone = UUID.randomUUID();
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();

    private static void snapshot(LuStore store, UUID id) {
        can(store, Snapshots.class).snapshot(id);
    }

    private static void rollback(LuStore store, UUID id) {
        can(store, Snapshots.class).rollback(id);
    }

    private static void drop(LuStore store, UUID id, UUID... needed) {
        can(store, Snapshots.class).deleteSnapshot(id, Set.of(needed));
    }

    private static void discard(LuStore store, long offset, long length) {
        can(store, Discards.class).discard(offset, length);
    }

    private static void resize(LuStore store, long sizeBytes) {
        can(store, Resizes.class).resize(sizeBytes);
    }

    /** A clone of 8 MiB of seed 1 that has a snapshot of all of it, and is smaller since. */
    private LuStore shrunkClone(PoolStore pool) {
        LuStore origin = newLu(pool, lu, 16L * MIB);
        write(origin, 0, 8 * MIB, 1);
        snapshot(origin, first);
        origin.close();
        can(pool, Clones.class).createClone(new LuLayout(clone, 16L * MIB, false, Set.of()), lu, first, 1);
        LuStore cloned = pool.openLu(clone, 1);
        snapshot(cloned, second);
        resize(cloned, 2L * MIB);
        return cloned;
    }

    @Test
    void aShrunkCloneGoesBackToAllThatItsSnapshotShows() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore cloned = shrunkClone(pool);
        rollback(cloned, second);
        assertHolds(cloned, 0, 8 * MIB, 1);
        resize(cloned, MIB);
        resize(cloned, 16L * MIB);
        assertHolds(cloned, 0, MIB, 1);
        assertZero(cloned, MIB, 15 * MIB);
        cloned.close();
        assertSound(pool);
    }

    @Test
    void whatIsUsedIsKnownToOthersWhileTheLuIsOpen() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore cloned = shrunkClone(pool);
        cloned.flush();
        assertThat(pool.luUsage(clone).usedBytes())
                .isEqualTo(cloned.usedBytes())
                .isEqualTo(2L * MIB);
        rollback(cloned, second);
        cloned.flush();
        assertThat(pool.luUsage(clone).usedBytes())
                .isEqualTo(cloned.usedBytes())
                .isEqualTo(8L * MIB);
        cloned.close();
        assertSound(pool);
    }

    @Test
    void aShrunkCloneIsFlattenedWithAllThatItsSnapshotShows() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore cloned = shrunkClone(pool);
        can(cloned, Clones.Clone.class).flatten(Progress.NONE);
        LuStore seen = can(pool, Clones.class).openSnapshot(clone, second);
        assertHolds(seen, 0, 8 * MIB, 1);
        rollback(cloned, second);
        assertHolds(cloned, 0, 8 * MIB, 1);
        cloned.close();
        LuStore again = open(layout).openLu(clone, 2);
        assertHolds(again, 0, 8 * MIB, 1);
        again.close();
        assertSound(pool);
    }

    @Test
    void aDiscardedPartReadsAsZeroAlthoughASnapshotStillShowsIt() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 16L * MIB);
        write(store, 0, 8 * MIB, 1);
        snapshot(store, first);
        discard(store, MIB, 4 * MIB + 512);
        can(store, Discards.class).writeZeroes(6 * MIB, MIB, true);
        can(store, Discards.class).writeZeroes(7 * MIB, MIB, false);
        assertDiscarded(store);
        store.flush();
        store.abandon();
        LuStore again = open(layout).openLu(lu, 2);
        assertDiscarded(again);
        LuStore seen = can(pool, Clones.class).openSnapshot(lu, first);
        assertHolds(seen, 0, 8 * MIB, 1);
        drop(again, first);
        assertDiscarded(again);
        again.close();
        LuStore last = pool.openLu(lu, 3);
        assertDiscarded(last);
        last.close();
        assertSound(pool);
    }

    private static void assertDiscarded(LuStore store) {
        assertHolds(store, 0, MIB, 1);
        assertZero(store, MIB, 4 * MIB + 512);
        assertHolds(store, 5 * MIB + 512, MIB - 512, 1);
        assertZero(store, 6 * MIB, 2 * MIB);
    }

    @Test
    void snapshotsKeepTheirSizeAndRollingBackBringsItBack() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 8L * MIB + 512);
        write(store, 0, 8 * MIB + 512, 1);
        snapshot(store, first);
        resize(store, 2 * MIB + 1024);
        resize(store, 32L * MIB);
        // What a snapshot still shows is no part of the grown LU.
        assertHolds(store, 0, 2 * MIB + 1024, 1);
        assertZero(store, 2 * MIB + 1024, 30 * MIB - 1024);
        UUID second = UUID.randomUUID();
        snapshot(store, second);
        write(store, 30L * MIB, MIB, 2);
        store.close();
        LuStore again = open(layout).openLu(lu, 2);
        assertZero(again, 2 * MIB + 1024, 27 * MIB);
        assertThat(can(again, Snapshots.class).snapshots())
                .extracting(Snapshots.SnapshotUsage::sizeBytes)
                .containsExactly(8L * MIB + 512, 32L * MIB);
        rollback(again, first);
        assertThat(again.sizeBytes()).isEqualTo(8L * MIB + 512);
        assertThat(pool.luUsage(lu).sizeBytes()).isEqualTo(8L * MIB + 512);
        assertHolds(again, 0, 8 * MIB + 512, 1);
        rollback(again, second);
        assertThat(again.sizeBytes()).isEqualTo(32L * MIB);
        assertHolds(again, 0, 2 * MIB + 1024, 1);
        assertZero(again, 2 * MIB + 1024, 30 * MIB - 1024);
        drop(again, first);
        assertZero(again, 2 * MIB + 1024, 30 * MIB - 1024);
        again.close();
        assertSound(pool);
    }

    @Test
    void aCloneIsDiscardedShrunkAndGrownWithoutShowingItsOriginAgain() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore origin = newLu(pool, lu, 8L * MIB);
        write(origin, 0, 8 * MIB, 1);
        snapshot(origin, first);
        can(pool, Clones.class).createClone(new LuLayout(clone, 8L * MIB, false, Set.of()), lu, first, 1);
        LuStore cloned = pool.openLu(clone, 1);
        discard(cloned, MIB, MIB);
        resize(cloned, 4 * MIB + 512);
        resize(cloned, 8L * MIB);
        assertHolds(cloned, 0, MIB, 1);
        assertZero(cloned, MIB, MIB);
        assertHolds(cloned, 2 * MIB, 2 * MIB + 512, 1);
        assertZero(cloned, 4 * MIB + 512, 4 * MIB - 512);
        cloned.close();
        LuStore again = open(layout).openLu(clone, 2);
        can(again, Clones.Clone.class).flatten(Progress.NONE);
        drop(origin, first);
        origin.close();
        pool.deleteLu(lu, 2);
        assertHolds(again, 0, MIB, 1);
        assertZero(again, MIB, MIB);
        assertHolds(again, 2 * MIB, 2 * MIB + 512, 1);
        assertZero(again, 4 * MIB + 512, 4 * MIB - 512);
        again.close();
        assertSound(pool);
    }

    @Test
    void aMoveTakesSnapshotsAlongAndClonesStillReadThem() {
        PoolLayout layout = layout(2, 64 * MIB);
        PvLayout from = layout.pvs().get(0);
        PvLayout to = layout.pvs().get(1);
        PoolStore pool = create(layout);
        pool.createLu(new LuLayout(lu, 16L * MIB, false, Set.of(from.pv())), 1);
        LuStore store = pool.openLu(lu, new OpenMode(1, Set.of(from.pv()), false));
        write(store, 0, 8 * MIB, 1);
        snapshot(store, first);
        write(store, 0, 4 * MIB, 2);
        can(pool, Clones.class).createClone(new LuLayout(clone, 16L * MIB, false, Set.of(to.pv())), lu, first, 1);
        store.flush();
        long before = usedOn(pool, from);
        assertFails(
                StorageError.SNAPSHOT_IN_USE,
                () -> can(store, Moves.class).place(Set.of(to.pv()), Set.of(first), Progress.NONE));
        assertThat(usedOn(pool, from)).isEqualTo(before);
        can(store, Moves.class).place(Set.of(to.pv()), Set.of(), Progress.NONE);
        store.flush();
        assertThat(usedOn(pool, from)).isZero();
        can(store, Moves.class).place(Set.of(to.pv()), Set.of(first), Progress.NONE);
        LuStore cloned = open(layout).openLu(clone, new OpenMode(1, Set.of(to.pv()), false));
        assertHolds(cloned, 0, 8 * MIB, 1);
        assertHolds(store, 0, 4 * MIB, 2);
        rollback(store, first);
        assertHolds(store, 0, 8 * MIB, 1);
        store.close();
        cloned.close();
        assertSound(pool);
    }

    @Test
    void discardedSpaceThatASnapshotNeedsComesBackWhenItIsDropped() {
        PoolStore pool = create(layout(1, 48 * MIB));
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        snapshot(store, first);
        discard(store, 0, 256L * MIB);
        store.flush();
        assertThat(store.usedBytes()).isZero();
        assertThat(can(store, Snapshots.class).snapshots().getFirst().ownBytes())
                .isBetween(written, written + MIB);
        assertFails(StorageError.POOL_FULL, () -> {
            for (long at = 0; at < written; at += MIB) {
                write(store, at, MIB, 2);
            }
        });
        drop(store, first);
        store.flush();
        for (long at = 0; at < written; at += MIB) {
            write(store, at, MIB, 3);
        }
        store.flush();
        for (long at = 0; at < written; at += MIB) {
            assertHolds(store, at, MIB, 3);
        }
        store.close();
        assertSound(pool);
    }

    @Test
    void everythingAtOnceGivesAllSpaceBackInTheEnd() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 16L * MIB);
        List<UUID> snapshots = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        for (UUID snapshot : snapshots) {
            write(store, 0, 6 * MIB, snapshot.getLeastSignificantBits());
            snapshot(store, snapshot);
            discard(store, 2 * MIB, 2 * MIB);
        }
        for (UUID snapshot : snapshots) {
            UUID id = UUID.randomUUID();
            can(pool, Clones.class).createClone(new LuLayout(id, 16L * MIB, false, Set.of()), lu, snapshot, 1);
            LuStore cloned = pool.openLu(id, 1);
            write(cloned, 8 * MIB, MIB, 5);
            resize(cloned, 12L * MIB);
            can(cloned, Clones.Clone.class).flatten(Progress.NONE);
            assertHolds(cloned, 0, 6 * MIB, snapshot.getLeastSignificantBits());
            cloned.close();
            pool.deleteLu(id, 2);
        }
        drop(store, snapshots.get(1));
        rollback(store, snapshots.get(0));
        assertHolds(store, 0, 6 * MIB, snapshots.get(0).getLeastSignificantBits());
        store.close();
        pool.deleteLu(lu, 2);
        assertThat(pool.lus()).isEmpty();
        assertThat(pool.usage().usedBytes()).isZero();
        assertSound(pool);
    }
}
