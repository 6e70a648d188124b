package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;

/** What every storage driver promises about the PVs that an LU's space comes from. */
public abstract class PlacementContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    @Test
    void spaceComesFromTheWantedPvsOnly() {
        PoolLayout layout = layout(3, 48 * MIB);
        PoolStore pool = create(layout);
        PvLayout wanted = layout.pvs().get(1);
        pool.createLu(new LuLayout(lu, 256L * MIB, false, Set.of(wanted.pv())), 1);
        LuStore store = pool.openLu(lu, new OpenMode(1, Set.of(wanted.pv()), false));
        long written = fill(store, 0, 1);
        store.flush();
        assertThat(written).isPositive().isLessThanOrEqualTo(48 * MIB);
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
        assertThat(usedOn(pool, layout.pvs().get(2))).isZero();
        assertThat(usedOn(pool, wanted)).isEqualTo(pool.usage().usedBytes());
        store.close();
        // Opened for more PVs it goes on there.
        PvLayout more = layout.pvs().get(2);
        LuStore again = pool.openLu(lu, new OpenMode(2, Set.of(wanted.pv(), more.pv()), false));
        write(again, written + MIB, 8 * MIB, 2);
        again.flush();
        assertThat(usedOn(pool, more)).isGreaterThanOrEqualTo(8 * MIB);
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
        assertHolds(again, 0, 4 * MIB, 1);
        assertHolds(again, written + MIB, 8 * MIB, 2);
        again.close();
        assertSound(pool);
    }

    @Test
    void aThickLuThatDoesNotFitOnItsPvsLeavesNothing() {
        PoolLayout layout = layout(2, 48 * MIB);
        PoolStore pool = create(layout);
        PvLayout wanted = layout.pvs().get(1);
        assertFails(
                StorageError.POOL_FULL, () -> pool.createLu(new LuLayout(lu, 64L * MIB, true, Set.of(wanted.pv())), 1));
        assertThat(pool.lus()).isEmpty();
        assertThat(pool.usage().usedBytes()).isZero();
        pool.createLu(new LuLayout(lu, 16L * MIB, true, Set.of(wanted.pv())), 1);
        assertThat(usedOn(pool, wanted)).isGreaterThanOrEqualTo(16 * MIB);
        assertThat(usedOn(pool, layout.pvs().get(0))).isZero();
    }

    @Test
    void aWriteTellsHowFullTheWantedPvsAre() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        PvLayout wanted = layout.pvs().get(1);
        pool.createLu(new LuLayout(lu, 256L * MIB, false, Set.of(wanted.pv())), 1);
        LuStore store = pool.openLu(lu, new OpenMode(1, Set.of(wanted.pv()), false));
        int before = store.write(0, Blocks.at(0, MIB, 1));
        assertThat(before).isBetween(1, 300);
        int fill = 0;
        for (int i = 1; i < 40; i++) {
            int now = store.write((long) i * MIB, Blocks.at((long) i * MIB, MIB, 1));
            assertThat(now).isBetween(fill, 1000);
            fill = now;
        }
        // 40 of 64 MiB, with or without what the driver needs for itself.
        assertThat(fill).isBetween(600, 900);
    }

    @Test
    void whatPvsHoldIsWhatThePoolHolds() {
        PoolLayout layout = layout(3, 48 * MIB);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        write(store, 0, 24 * MIB, 1);
        store.flush();
        assertThat(pool.pvs())
                .extracting(PvUsage::pv)
                .containsExactlyElementsOf(
                        layout.pvs().stream().map(PvLayout::pv).toList());
        assertThat(pool.pvs()).allMatch(PvUsage::present);
        assertThat(pool.pvs().stream().mapToLong(PvUsage::usedBytes).sum())
                .isEqualTo(pool.usage().usedBytes());
        assertThat(pool.pvs().stream().mapToLong(PvUsage::usableBytes).sum())
                .isEqualTo(pool.usage().sizeBytes());
        assertThat(pool.pvs()).allMatch(pv -> pv.sizeBytes() == 48 * MIB && pv.usableBytes() <= pv.sizeBytes());
        assertThat(open(layout).pvs()).isEqualTo(pool.pvs());
    }

    @Test
    void anLusUsageIsWhatComesBackWhenItGoes() {
        PoolStore pool = create(layout(1, 64 * MIB));
        LuStore store = newLu(pool, lu, 256L * MIB);
        write(store, 0, 8 * MIB, 1);
        store.close();
        LuUsage usage = pool.luUsage(lu);
        assertThat(usage.sizeBytes()).isEqualTo(256L * MIB);
        assertThat(usage.usedBytes()).isEqualTo(8 * MIB);
        assertThat(usage.snapshotBytes()).isZero();
        assertThat(usage.ownBytes()).isBetween(8L * MIB, pool.usage().usedBytes());
        pool.deleteLu(lu, 2);
        assertThat(pool.usage().usedBytes()).isZero();
        assertFails(StorageError.NO_SUCH_LU, () -> pool.luUsage(lu));
    }
}
