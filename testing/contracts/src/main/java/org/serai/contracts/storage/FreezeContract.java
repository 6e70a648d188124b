package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.Snapshots.Freeze;

/** What a driver promises whose LUs are {@link Snapshots}, while others write. */
public abstract class FreezeContract extends StorageFixture {
    private static final int BLOCK = Blocks.BYTES;

    private final UUID lu = UUID.randomUUID();
    private final UUID snapshot = UUID.randomUUID();

    private static Snapshots snapshots(LuStore store) {
        return can(store, Snapshots.class);
    }

    /** Writes a number into a block, and nothing else of it. */
    private static void note(LuStore store, long offset, long number) {
        store.write(offset, ByteBuffer.allocateDirect(BLOCK).putLong(0, number));
    }

    private static long noted(LuStore store, long offset) {
        return read(store, offset, BLOCK).getLong(0);
    }

    @Test
    void aSnapshotHasEverythingBeforeTheCallAndNothingAfterTheReturn() throws Exception {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 16L * MIB);
        int writers = 3;
        List<AtomicLong> begun = new ArrayList<>();
        List<AtomicLong> done = new ArrayList<>();
        List<UUID> taken = new ArrayList<>();
        List<long[]> before = new ArrayList<>();
        List<long[]> after = new ArrayList<>();
        try (Crowd crowd = new Crowd()) {
            for (int i = 0; i < writers; i++) {
                AtomicLong start = new AtomicLong();
                AtomicLong end = new AtomicLong();
                begun.add(start);
                done.add(end);
                long at = i * 4L * MIB;
                crowd.beside(() -> {
                    long number = start.incrementAndGet();
                    // The same number behind the end of the extent, and always later: it may lag by one.
                    note(store, at, number);
                    note(store, at + 2 * MIB, number);
                    end.set(number);
                });
            }
            crowd.during(() -> {
                for (int round = 0; round < 15; round++) {
                    before.add(done.stream().mapToLong(AtomicLong::get).toArray());
                    taken.add(UUID.randomUUID());
                    snapshots(store).snapshot(taken.getLast());
                    after.add(begun.stream().mapToLong(AtomicLong::get).toArray());
                    long seen = done.getFirst().get();
                    await().until(() -> done.getFirst().get() > seen);
                }
            });
        }
        for (int round = 0; round < taken.size(); round++) {
            snapshots(store).rollback(taken.get(round));
            for (int i = 0; i < writers; i++) {
                long first = noted(store, i * 4L * MIB);
                long second = noted(store, i * 4L * MIB + 2 * MIB);
                assertThat(first).isBetween(before.get(round)[i], after.get(round)[i]);
                assertThat(second).isBetween(Math.max(before.get(round)[i], first - 1), first);
            }
        }
        store.close();
        assertSound(pool);
    }

    @Test
    void writesStandStillDuringAFreezeAndReadsGoOn() throws Exception {
        LuStore store = newLu(create(layout(1, 64 * MIB)), lu, 16L * MIB);
        write(store, 0, MIB, 1);
        Freeze freeze = snapshots(store).freeze();
        AtomicReference<Thread> writer = new AtomicReference<>();
        try (Crowd crowd = new Crowd()) {
            Future<?> writing = crowd.once(() -> {
                writer.set(Thread.currentThread());
                write(store, 0, MIB, 2);
            });
            await().until(() -> writer.get() != null
                    && Set.of(Thread.State.WAITING, Thread.State.BLOCKED, Thread.State.TIMED_WAITING)
                            .contains(writer.get().getState()));
            assertHolds(store, 0, MIB, 1);
            freeze.snapshot(snapshot);
            freeze.snapshot(snapshot);
            assertThat(writing.isDone()).isFalse();
            assertHolds(store, 0, MIB, 1);
            freeze.close();
            freeze.close();
            Crowd.await(writing);
        }
        assertHolds(store, 0, MIB, 2);
        snapshots(store).rollback(snapshot);
        assertHolds(store, 0, MIB, 1);
    }

    @Test
    void snapshotsOfFrozenLusAreOfOneMoment() throws Exception {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        List<LuStore> stores = List.of(
                newLu(pool, UUID.randomUUID(), 8L * MIB),
                newLu(pool, UUID.randomUUID(), 8L * MIB),
                newLu(pool, UUID.randomUUID(), 8L * MIB));
        List<UUID> taken = new ArrayList<>();
        AtomicLong number = new AtomicLong();
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> {
                long next = number.incrementAndGet();
                stores.forEach(store -> note(store, MIB, next));
            });
            crowd.during(() -> {
                for (int round = 0; round < 15; round++) {
                    UUID id = UUID.randomUUID();
                    List<Freeze> frozen = new ArrayList<>();
                    stores.forEach(store -> frozen.add(snapshots(store).freeze()));
                    frozen.forEach(freeze -> freeze.snapshot(id));
                    frozen.forEach(Freeze::close);
                    taken.add(id);
                    long seen = number.get();
                    await().until(() -> number.get() > seen + 1);
                }
            });
        }
        for (UUID id : taken) {
            stores.forEach(store -> snapshots(store).rollback(id));
            for (int i = 1; i < stores.size(); i++) {
                long earlier = noted(stores.get(i - 1), MIB);
                assertThat(noted(stores.get(i), MIB)).isBetween(earlier - 1, earlier);
            }
            assertThat(noted(stores.getLast(), MIB)).isGreaterThanOrEqualTo(noted(stores.getFirst(), MIB) - 1);
        }
        stores.forEach(LuStore::close);
        assertSound(pool);
    }

    @Test
    void aStaleHolderFreezesNothing() {
        PoolLayout layout = layout(1, 64 * MIB);
        LuStore old = newLu(create(layout), lu, 8L * MIB);
        write(old, 0, MIB, 1);
        Freeze freeze = snapshots(old).freeze();
        LuStore current = open(layout).openLu(lu, 2);
        assertFails(StorageError.STALE, () -> freeze.snapshot(snapshot));
        freeze.close();
        write(current, 0, MIB, 2);
        assertThat(snapshots(current).snapshots()).isEmpty();
        assertHolds(current, 0, MIB, 2);
    }

    @Test
    void snapshotsDropAndRollBackBesideReadersAndWriters() throws Exception {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 16L * MIB);
        // This part never changes, whatever the LU is rolled back to.
        write(store, 0, 2 * MIB, 1);
        List<UUID> taken = new ArrayList<>();
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> assertHolds(store, 0, 2 * MIB, 1));
            crowd.beside(() -> {
                write(store, 4 * MIB, MIB, 2);
                write(store, 6 * MIB, 4096, 3);
            });
            crowd.during(() -> {
                for (int round = 0; round < 40; round++) {
                    taken.add(UUID.randomUUID());
                    snapshots(store).snapshot(taken.getLast());
                    if (round % 3 == 2) {
                        snapshots(store).rollback(taken.get(taken.size() / 2));
                        snapshots(store).deleteSnapshot(taken.removeFirst(), Set.of());
                        snapshots(store).deleteSnapshot(taken.removeLast(), Set.of());
                    }
                }
            });
        }
        assertHolds(store, 0, 2 * MIB, 1);
        assertThat(snapshots(store).snapshots()).hasSameSizeAs(taken);
        taken.forEach(each -> snapshots(store).deleteSnapshot(each, Set.of()));
        assertHolds(store, 0, 2 * MIB, 1);
        store.close();
        assertThat(pool.luUsage(lu).snapshotBytes()).isZero();
        assertSound(pool);
    }
}
