package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;

/** What every storage driver promises to several threads and several nodes. */
public abstract class StorageSharingContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    @Test
    void anEpochOpensOnce() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        newLu(pool, lu, MIB).close();
        assertFails(StorageError.STALE, () -> pool.openLu(lu, 1));
        pool.openLu(lu, 5).close();
        PoolStore other = open(layout);
        assertFails(StorageError.STALE, () -> other.openLu(lu, 5));
        assertFails(StorageError.STALE, () -> other.openLu(lu, 4));
        other.openLu(lu, 6).close();
    }

    @Test
    void anEarlierHolderGetsNoSpaceAndNoFlushAnyMore() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        PoolStore other = open(layout);
        LuStore old = newLu(pool, lu, 64L * MIB);
        write(old, 0, 4096, 1);
        old.flush();
        LuStore current = other.openLu(lu, 2);
        assertHolds(current, 0, 4096, 1);
        write(current, 8 * MIB, 4096, 2);
        current.flush();
        assertFails(StorageError.STALE, () -> write(old, 4 * MIB, 4096, 3));
        assertFails(StorageError.STALE, () -> write(old, 0, 512, 3));
        assertFails(StorageError.STALE, old::flush);
        assertZero(current, 4 * MIB, 4096);
        assertHolds(current, 8 * MIB, 4096, 2);
        current.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void theHolderOfADeletedLuIsRefused() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        LuStore old = newLu(pool, lu, 64L * MIB);
        write(old, 0, 4096, 1);
        old.flush();
        open(layout).deleteLu(lu, 2);
        assertFails(StorageError.STALE, () -> {
            write(old, 4 * MIB, 4096, 3);
            old.flush();
        });
    }

    @Test
    void aClosedLuRefusesEverythingAndClosesTwice() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore closed = newLu(pool, lu, MIB);
        closed.close();
        closed.close();
        closed.abandon();
        assertFails(StorageError.LU_CLOSED, () -> read(closed, 0, 512));
        assertFails(StorageError.LU_CLOSED, () -> write(closed, 0, 512, 1));
        assertFails(StorageError.LU_CLOSED, closed::flush);
        LuStore abandoned = pool.openLu(lu, 2);
        abandoned.abandon();
        assertFails(StorageError.LU_CLOSED, () -> write(abandoned, 0, 512, 1));
    }

    @Test
    void whatWasFlushedBeforeAnAbandonIsThere() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 64L * MIB);
        for (int i = 0; i < 20; i++) {
            write(store, i * MIB, 4096, i);
        }
        store.flush();
        write(store, 40 * MIB, 4096, 99);
        store.abandon();
        LuStore again = pool.openLu(lu, 2);
        for (int i = 0; i < 20; i++) {
            assertHolds(again, i * MIB, 4096, i);
        }
        again.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void manyThreadsWriteReadAndFlushOneLu() throws Exception {
        PoolStore pool = create(layout(2, 64 * MIB));
        LuStore store = newLu(pool, lu, 256L * MIB);
        int threads = 8;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int mine = t;
                // Neighbours in the same extents, so that first writes to one extent meet.
                done.add(executor.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        long at = (i * threads + mine) * 4096L * 3;
                        write(store, at, 4096, mine);
                        if (i % 20 == 0) {
                            store.flush();
                        }
                        assertHolds(store, at, 4096, mine);
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        store.close();
        LuStore again = pool.openLu(lu, 2);
        for (int i = 0; i < 200 * threads; i++) {
            assertHolds(again, i * 4096L * 3, 4096, i % threads);
        }
        again.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void nodesThatGrowAtOnceNeverGetTheSameSpace() throws Exception {
        PoolLayout layout = layout(2, 96 * MIB);
        PoolStore[] nodes = {create(layout), open(layout)};
        UUID[] ids = {UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()};
        try (ExecutorService executor = Executors.newFixedThreadPool(ids.length)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < ids.length; i++) {
                int mine = i;
                done.add(executor.submit(() -> {
                    LuStore store = newLu(nodes[mine % 2], ids[mine], 256L * MIB);
                    for (int k = 0; k < 16; k++) {
                        write(store, k * 2L * MIB, MIB, mine);
                        store.flush();
                    }
                    store.close();
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        for (int i = 0; i < ids.length; i++) {
            LuStore store = nodes[(i + 1) % 2].openLu(ids[i], 2);
            for (int k = 0; k < 16; k++) {
                assertHolds(store, k * 2L * MIB, MIB, i);
            }
            store.close();
        }
        assertThat(nodes[0].usage()).isEqualTo(nodes[1].usage());
        assertThat(nodes[0].lus()).containsExactlyInAnyOrder(ids);
        assertThat(nodes[1].check().errors()).isEmpty();
    }

    /** Of a driver that has lease areas at all. */
    @Test
    void aLeaseSlotWrittenByOneNodeIsReadByAnother() throws IOException {
        PoolLayout layout = layout(1, 64 * MIB);
        Optional<LeaseArea> has = create(layout).leaseArea();
        Optional<LeaseArea> sees = open(layout).leaseArea();
        assertThat(sees.isPresent()).isEqualTo(has.isPresent());
        if (has.isPresent()) {
            assertShared(layout, has.get(), sees.orElseThrow());
        }
    }

    private static void assertShared(PoolLayout layout, LeaseArea first, LeaseArea second) throws IOException {
        assertThat(first.slots()).isGreaterThanOrEqualTo(64);
        assertThat(first.pool()).isEqualTo(layout.pool());
        ByteBuffer found = ByteBuffer.allocate(LeaseArea.SLOT_BYTES);
        second.read(3, found);
        assertThat(Blocks.firstNonZero(found.flip())).isEqualTo(-1);
        for (int i = 0; i < 3; i++) {
            first.write(3, Blocks.at(0, LeaseArea.SLOT_BYTES, i));
            second.write(4, Blocks.at(0, LeaseArea.SLOT_BYTES, 100 + i));
            second.read(3, found.clear());
            assertThat(Blocks.firstWrong(found.flip(), 0, i)).isEqualTo(-1);
        }
        first.read(4, found.clear());
        assertThat(Blocks.firstWrong(found.flip(), 0, 102)).isEqualTo(-1);
        ByteBuffer several = ByteBuffer.allocate(5 * LeaseArea.SLOT_BYTES);
        second.read(2, 4, several.position(LeaseArea.SLOT_BYTES));
        assertThat(several.remaining()).isZero();
        for (int slot = 2; slot < 6; slot++) {
            first.read(slot, found.clear());
            assertThat(several.slice((slot - 1) * LeaseArea.SLOT_BYTES, LeaseArea.SLOT_BYTES))
                    .as("slot %d", slot)
                    .isEqualTo(found.flip());
        }
    }

    @Test
    void aNodeThatIsFencedOnStorageWritesNothingAnyMore() throws IOException {
        PoolLayout layout = layout(1, 64 * MIB);
        var oldContext = space.node();
        PoolStore oldPool = driver().create(layout, oldContext);
        PoolStore pool = open(layout);
        LuStore old = newLu(oldPool, lu, MIB);
        if (pool.fence().isPresent()) {
            pool.fence().get().fence(oldContext.node(), oldContext.incarnation());
            assertFails(StorageError.STALE, () -> write(old, 0, 512, 1));
            assertFails(StorageError.STALE, () -> oldPool.createLu(UUID.randomUUID(), MIB, false, 1));
        } else {
            // Without a storage fence an open under a higher epoch is what stops the metadata of the old holder.
            pool.openLu(lu, 2);
            assertFails(StorageError.STALE, () -> {
                write(old, 0, 512, 1);
                old.flush();
            });
        }
        oldPool.close();
    }
}
