package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;

/** What a driver promises whose LUs are {@link Moves}. */
public abstract class MoveContract extends StorageFixture {
    private static final Set<UUID> NONE = Set.of();

    private final UUID lu = UUID.randomUUID();

    private static void place(LuStore store, PvLayout pv, Progress progress) {
        can(store, Moves.class).place(Set.of(pv.pv()), NONE, progress);
    }

    /** An LU of 256 MiB with 16 MiB of seed 1, all on that PV. */
    private LuStore on(PoolStore pool, PvLayout pv) {
        pool.createLu(new LuLayout(lu, 256L * MIB, false, Set.of(pv.pv())), 1);
        LuStore store = pool.openLu(lu, new OpenMode(1, Set.of(pv.pv()), false));
        write(store, 0, 16 * MIB, 1);
        store.flush();
        return store;
    }

    @Test
    void aMovedLuLeavesNothingBehindAndTakesNewSpaceWhereItIs() {
        PoolLayout layout = layout(2, 64 * MIB);
        PvLayout from = layout.pvs().get(0);
        PvLayout to = layout.pvs().get(1);
        PoolStore pool = create(layout);
        LuStore store = on(pool, from);
        write(store, 20 * MIB, MIB, 2);
        AtomicLong last = new AtomicLong(-1);
        place(store, to, (done, total) -> {
            assertThat(done).isBetween(Math.max(0, last.get()), total);
            last.set(done);
            return true;
        });
        assertThat(last.get()).isPositive();
        write(store, 30 * MIB, 4 * MIB, 3);
        store.flush();
        assertHolds(store, 0, 16 * MIB, 1);
        assertThat(usedOn(pool, from)).isZero();
        assertThat(usedOn(pool, to)).isGreaterThanOrEqualTo(21 * MIB);
        store.abandon();
        LuStore again = open(layout).openLu(lu, new OpenMode(2, Set.of(to.pv()), false));
        assertHolds(again, 0, 16 * MIB, 1);
        assertHolds(again, 20 * MIB, MIB, 2);
        assertHolds(again, 30 * MIB, 4 * MIB, 3);
        assertZero(again, 21 * MIB, 9 * MIB);
        place(again, to, Progress.NONE);
        can(again, Moves.class).place(NONE, NONE, Progress.NONE);
        assertHolds(again, 0, 16 * MIB, 1);
        again.close();
        assertSound(pool);
    }

    @Test
    void readersAndWritersGoOnWhileItMoves() throws Exception {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = on(pool, layout.pvs().get(0));
        try (Crowd crowd = new Crowd()) {
            crowd.beside(() -> assertHolds(store, 0, 8 * MIB, 1));
            for (int each = 0; each < 2; each++) {
                long at = 8 * MIB + each * 12288L;
                AtomicLong seed = new AtomicLong(each);
                crowd.beside(() -> {
                    write(store, at, 4096, seed.addAndGet(2));
                    assertHolds(store, at, 4096, seed.get());
                    write(store, at + 20 * MIB, 4096, seed.get());
                    assertHolds(store, at + 20 * MIB, 4096, seed.get());
                });
            }
            crowd.during(() -> {
                for (int round = 1; round <= 6; round++) {
                    place(store, layout.pvs().get(round % 2), Progress.NONE);
                    store.flush();
                }
            });
        }
        assertHolds(store, 0, 8 * MIB, 1);
        place(store, layout.pvs().get(1), Progress.NONE);
        store.close();
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
        assertSound(pool);
    }

    @Test
    void aCancelledMoveLeavesTheLuWholeAndIsRepeated() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore store = on(pool, layout.pvs().get(0));
        AtomicLong told = new AtomicLong();
        assertFails(
                StorageError.CANCELLED, () -> place(store, layout.pvs().get(1), (_, _) -> told.incrementAndGet() < 3));
        assertHolds(store, 0, 16 * MIB, 1);
        write(store, 0, MIB, 2);
        store.flush();
        store.abandon();
        assertSound(pool);
        LuStore again = open(layout)
                .openLu(lu, new OpenMode(2, Set.of(layout.pvs().get(1).pv()), false));
        assertHolds(again, 0, MIB, 2);
        assertHolds(again, MIB, 15 * MIB, 1);
        place(again, layout.pvs().get(1), Progress.NONE);
        assertHolds(again, MIB, 15 * MIB, 1);
        again.close();
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
        assertSound(pool);
    }

    @Test
    void aMoveThatFindsNoRoomLeavesTheLuWholeAndIsRepeatedWhenThereIs() {
        PoolLayout layout = layout(2, 64 * MIB);
        PvLayout to = layout.pvs().get(1);
        PoolStore pool = create(layout);
        UUID ballast = UUID.randomUUID();
        pool.createLu(new LuLayout(ballast, 256L * MIB, false, Set.of(to.pv())), 1);
        LuStore other = pool.openLu(ballast, new OpenMode(1, Set.of(to.pv()), false));
        for (int i = 0; i < 44; i++) {
            write(other, (long) i * MIB, MIB, 9);
        }
        other.close();
        LuStore store = on(pool, layout.pvs().get(0));
        write(store, 16 * MIB, 16 * MIB, 1);
        assertFails(StorageError.POOL_FULL, () -> place(store, to, Progress.NONE));
        assertHolds(store, 0, 32 * MIB, 1);
        store.flush();
        assertSound(pool);
        pool.deleteLu(ballast, 2);
        place(store, to, Progress.NONE);
        assertHolds(store, 0, 32 * MIB, 1);
        store.close();
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
        assertSound(pool);
    }

    @Test
    void aStaleHolderMovesNothing() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore old = on(pool, layout.pvs().get(0));
        LuStore current = open(layout).openLu(lu, 2);
        assertFails(StorageError.STALE, () -> place(old, layout.pvs().get(1), Progress.NONE));
        assertThat(usedOn(pool, layout.pvs().get(1))).isZero();
        assertHolds(current, 0, 16 * MIB, 1);
        current.close();
        assertFails(StorageError.LU_CLOSED, () -> place(current, layout.pvs().get(1), Progress.NONE));
        assertSound(pool);
    }
}
