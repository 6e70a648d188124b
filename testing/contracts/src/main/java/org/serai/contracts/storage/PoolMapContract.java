package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;

/** What a driver promises whose pools are {@link PoolMap}s. */
public abstract class PoolMapContract extends StorageFixture {
    @Test
    void everyGivenByteIsOfOneLuAndInOrder() {
        PoolLayout layout = layout(2, 64 * MIB);
        PoolStore pool = create(layout);
        List<UUID> lus = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
        for (int i = 0; i < lus.size(); i++) {
            newLu(pool, lus.get(i), 256L * MIB).close();
        }
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < lus.size(); i++) {
                LuStore store = pool.openLu(lus.get(i), 2 + round);
                write(store, round * 4L * MIB, 2 * MIB, i);
                store.close();
            }
        }
        assertDrawn(pool, lus);
        assertDrawn(open(layout), lus);
        pool.deleteLu(lus.get(1), 10);
        assertDrawn(pool, List.of(lus.get(0), lus.get(2)));
        pool.deleteLu(lus.get(0), 10);
        pool.deleteLu(lus.get(2), 10);
        assertDrawn(pool, List.of());
    }

    private static void assertDrawn(PoolStore pool, List<UUID> lus) {
        Map<UUID, Long> found = new HashMap<>();
        for (PvUsage pv : pool.pvs()) {
            List<PoolMap.Part> parts = can(pool, PoolMap.class).parts(pv.pv());
            for (int i = 0; i < parts.size(); i++) {
                PoolMap.Part part = parts.get(i);
                assertThat(part.length()).isPositive();
                assertThat(part.offset() + part.length()).isLessThanOrEqualTo(pv.sizeBytes());
                if (i > 0) {
                    PoolMap.Part left = parts.get(i - 1);
                    long end = left.offset() + left.length();
                    assertThat(part.offset()).isGreaterThanOrEqualTo(end);
                    assertThat(part.offset() == end && part.lu().equals(left.lu()))
                            .as("neighbours of one LU are one part")
                            .isFalse();
                }
                found.merge(part.lu(), part.length(), Long::sum);
            }
            assertThat(parts.stream().mapToLong(PoolMap.Part::length).sum()).isEqualTo(pv.usedBytes());
        }
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(lus);
        lus.forEach(lu -> assertThat(found.get(lu)).isGreaterThanOrEqualTo(pool.usedBytes(lu)));
    }
}
