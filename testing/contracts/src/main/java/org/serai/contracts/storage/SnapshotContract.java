package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.Snapshots.SnapshotUsage;

/** What a driver promises whose LUs are {@link Snapshots}; what several threads see is in {@link FreezeContract}. */
public abstract class SnapshotContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();

    private static Snapshots snapshots(LuStore store) {
        return can(store, Snapshots.class);
    }

    private static List<UUID> ids(LuStore store) {
        return snapshots(store).snapshots().stream()
                .map(SnapshotUsage::snapshot)
                .toList();
    }

    @Test
    void aRollbackBringsBackWhatWasThereAtTheSnapshotAndNothingElse() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 4 * MIB, 1);
        snapshots(store).snapshot(first);
        write(store, 512, 512, 2);
        write(store, 2 * MIB, 4 * MIB, 2);
        assertHolds(store, 0, 512, 1);
        assertHolds(store, 512, 512, 2);
        assertHolds(store, 1024, 2 * MIB - 1024, 1);
        assertHolds(store, 2 * MIB, 4 * MIB, 2);
        snapshots(store).rollback(first);
        assertHolds(store, 0, 4 * MIB, 1);
        assertZero(store, 4 * MIB, 2 * MIB);
        write(store, 1024, 512, 3);
        snapshots(store).rollback(first);
        assertHolds(store, 0, 4 * MIB, 1);
        assertSound(pool);
    }

    @Test
    void aSnapshotAndWhatWasWrittenBeforeItAreDurableAtReturn() {
        PoolLayout layout = layout(2, 64 * MIB);
        LuStore store = newLu(create(layout), lu, 64L * MIB);
        write(store, 0, 4 * MIB, 1);
        snapshots(store).snapshot(first);
        write(store, MIB, MIB, 2);
        store.flush();
        store.abandon();
        PoolStore pool = open(layout);
        LuStore again = pool.openLu(lu, 2);
        assertThat(ids(again)).containsExactly(first);
        assertHolds(again, 0, MIB, 1);
        assertHolds(again, MIB, MIB, 2);
        snapshots(again).rollback(first);
        again.abandon();
        LuStore last = pool.openLu(lu, 3);
        assertHolds(last, 0, 4 * MIB, 1);
        last.close();
        assertSound(pool);
    }

    @Test
    void aSnapshotIsTakenOnceHoweverOftenItIsAsked() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, MIB, 1);
        snapshots(store).snapshot(first);
        write(store, 0, MIB, 2);
        snapshots(store).snapshot(first);
        store.abandon();
        LuStore again = open(layout).openLu(lu, 2);
        write(again, 0, MIB, 3);
        snapshots(again).snapshot(first);
        assertThat(ids(again)).containsExactly(first);
        snapshots(again).rollback(first);
        assertHolds(again, 0, MIB, 1);
        again.close();
        assertSound(pool);
    }

    @Test
    void snapshotsAreListedWithWhatTheyAloneNeed() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        assertThat(snapshots(store).snapshots()).isEmpty();
        write(store, 0, 8 * MIB, 1);
        snapshots(store).snapshot(first);
        assertThat(snapshots(store).snapshots().getFirst().sizeBytes()).isEqualTo(64L * MIB);
        assertThat(snapshots(store).snapshots().getFirst().ownBytes()).isZero();
        write(store, 0, 4 * MIB, 2);
        snapshots(store).snapshot(second);
        store.flush();
        assertThat(ids(store)).containsExactly(first, second);
        assertThat(snapshots(store).snapshots().get(0).ownBytes()).isEqualTo(4 * MIB);
        assertThat(snapshots(store).snapshots().get(1).ownBytes()).isZero();
        store.close();
        LuUsage usage = pool.luUsage(lu);
        assertThat(usage.usedBytes()).isEqualTo(8 * MIB);
        assertThat(usage.snapshotBytes()).isEqualTo(4 * MIB);
        assertThat(usage.ownBytes()).isGreaterThanOrEqualTo(12 * MIB);
    }

    @Test
    void aDroppedSnapshotGivesBackWhatOnlyItNeeded() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        write(store, 0, 16 * MIB, 1);
        snapshots(store).snapshot(first);
        write(store, 0, 12 * MIB, 2);
        store.flush();
        snapshots(store).deleteSnapshot(first, Set.of());
        snapshots(store).deleteSnapshot(first, Set.of());
        snapshots(store).deleteSnapshot(UUID.randomUUID(), Set.of());
        assertThat(ids(store)).isEmpty();
        store.flush();
        write(store, 32L * MIB, 14 * MIB, 3);
        store.close();
        LuUsage usage = pool.luUsage(lu);
        assertThat(usage.snapshotBytes()).isZero();
        LuStore again = open(layout).openLu(lu, 2);
        assertFails(StorageError.NO_SUCH_SNAPSHOT, () -> snapshots(again).rollback(first));
        assertHolds(again, 0, 12 * MIB, 2);
        assertHolds(again, 12 * MIB, 4 * MIB, 1);
        assertHolds(again, 32L * MIB, 14 * MIB, 3);
        again.close();
        assertSound(pool);
    }

    @Test
    void manySnapshotsAreDroppedInAnyOrderAndTheOthersKeepWhatTheyShow() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 16L * MIB);
        List<UUID> taken = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            write(store, 0, 2 * MIB, 100 + i);
            write(store, (3 + i) * MIB + 512, 512, i);
            taken.add(UUID.randomUUID());
            snapshots(store).snapshot(taken.getLast());
        }
        write(store, 0, 2 * MIB, 999);
        List<UUID> order = new ArrayList<>(taken);
        Collections.shuffle(order, new Random(7));
        long epoch = 2;
        while (!order.isEmpty()) {
            snapshots(store).deleteSnapshot(order.removeLast(), Set.of());
            if (order.size() % 3 == 0) {
                store.close();
                store = open(layout).openLu(lu, epoch++);
            }
            assertThat(ids(store))
                    .containsExactlyElementsOf(
                            taken.stream().filter(order::contains).toList());
            for (UUID left : order) {
                snapshots(store).rollback(left);
                int i = taken.indexOf(left);
                assertHolds(store, 0, 2 * MIB, 100 + i);
                assertHolds(store, (3 + i) * MIB + 512, 512, i);
                assertZero(store, (3 + i) * MIB + 1024, MIB - 512);
            }
        }
        store.close();
        pool.deleteLu(lu, epoch);
        assertThat(pool.usage().usedBytes()).isZero();
    }

    @Test
    void laterSnapshotsStayWhenAnEarlierOneIsRolledBackTo() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, MIB, 1);
        snapshots(store).snapshot(first);
        write(store, 0, MIB, 2);
        write(store, 4 * MIB, MIB, 2);
        snapshots(store).snapshot(second);
        write(store, 0, MIB, 3);
        snapshots(store).rollback(first);
        assertHolds(store, 0, MIB, 1);
        assertZero(store, 4 * MIB, MIB);
        assertThat(ids(store)).containsExactly(first, second);
        write(store, 8 * MIB, MIB, 4);
        snapshots(store).rollback(second);
        assertHolds(store, 0, MIB, 2);
        assertHolds(store, 4 * MIB, MIB, 2);
        assertZero(store, 8 * MIB, MIB);
        snapshots(store).deleteSnapshot(first, Set.of());
        assertHolds(store, 0, MIB, 2);
        snapshots(store).deleteSnapshot(second, Set.of());
        assertHolds(store, 0, MIB, 2);
        assertHolds(store, 4 * MIB, MIB, 2);
        store.close();
        assertSound(pool);
    }

    @Test
    void aFullPoolTakesSnapshotsDropsThemAndRollsBack() {
        PoolStore pool = create(layout(1, 48 * MIB));
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        store.flush();
        snapshots(store).snapshot(first);
        assertFails(StorageError.POOL_FULL, () -> {
            for (long at = 0; at < written; at += MIB) {
                write(store, at, MIB, 2);
            }
        });
        snapshots(store).snapshot(second);
        snapshots(store).rollback(first);
        for (long at = 0; at < written; at += MIB) {
            assertHolds(store, at, MIB, 1);
        }
        snapshots(store).deleteSnapshot(second, Set.of());
        snapshots(store).deleteSnapshot(first, Set.of());
        for (long at = 0; at < written; at += MIB) {
            write(store, at, MIB, 3);
        }
        store.flush();
        assertHolds(store, 0, MIB, 3);
        assertHolds(store, written - MIB, MIB, 3);
        store.close();
        assertSound(pool);
    }

    @Test
    void snapshotsOfAThickLuKeepWhatTheyShow() {
        PoolStore pool = create(layout(1, 64 * MIB));
        pool.createLu(lu, 8 * MIB, true, 1);
        LuStore store = pool.openLu(lu, 1);
        write(store, 0, MIB, 1);
        snapshots(store).snapshot(first);
        write(store, 0, 2 * MIB, 2);
        snapshots(store).rollback(first);
        assertHolds(store, 0, MIB, 1);
        assertZero(store, MIB, 7 * MIB);
        snapshots(store).deleteSnapshot(first, Set.of());
        assertThat(store.usedBytes()).isEqualTo(8 * MIB);
        store.close();
        assertSound(pool);
    }

    @Test
    void deletingAnLuGivesItsSnapshotsSpaceBackToo() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        for (int i = 0; i < 4; i++) {
            write(store, 0, 4 * MIB, i);
            snapshots(store).snapshot(UUID.randomUUID());
        }
        store.close();
        pool.deleteLu(lu, 2);
        assertThat(pool.usage().usedBytes()).isZero();
        assertThat(pool.lus()).isEmpty();
        assertSound(pool);
    }

    @Test
    void aStaleHolderTakesDropsAndRollsBackNothing() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore old = newLu(create(layout), lu, 64L * MIB);
        write(old, 0, 4 * MIB, 1);
        snapshots(old).snapshot(first);
        write(old, 0, 4 * MIB, 2);
        old.flush();
        LuStore current = open(layout).openLu(lu, 2);
        assertFails(StorageError.STALE, () -> snapshots(old).snapshot(second));
        assertFails(StorageError.STALE, () -> snapshots(old).rollback(first));
        assertFails(StorageError.STALE, () -> snapshots(old).deleteSnapshot(first, Set.of()));
        assertThat(ids(current)).containsExactly(first);
        assertHolds(current, 0, 4 * MIB, 2);
        snapshots(current).rollback(first);
        assertHolds(current, 0, 4 * MIB, 1);
    }

    @Test
    void aClosedLuRefusesAll() {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, MIB);
        snapshots(store).snapshot(first);
        store.close();
        assertFails(StorageError.LU_CLOSED, () -> snapshots(store).snapshot(second));
        assertFails(StorageError.LU_CLOSED, () -> snapshots(store).freeze());
        assertFails(StorageError.LU_CLOSED, () -> snapshots(store).rollback(first));
        assertFails(StorageError.LU_CLOSED, () -> snapshots(store).deleteSnapshot(first, Set.of()));
        assertFails(StorageError.LU_CLOSED, () -> snapshots(store).snapshots());
    }
}
