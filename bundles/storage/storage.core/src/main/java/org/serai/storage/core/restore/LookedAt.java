package org.serai.storage.core.restore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.redundancy.SidesTold;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.SharedReads;
import org.serai.storage.spi.StorageDriver;

/**
 * A pool that could be opened.
 *
 * @param epochs of each LU that it holds; 0 of one of which that cannot be read
 */
record LookedAt(PoolRow pool, PoolStore store, Map<UUID, Long> epochs) {
    static LookedAt open(PoolRow pool, List<PoolLayout.PvLayout> pvs, StorageDriver driver, UUID nobody) {
        PoolLayout layout = new PoolLayout(pool.id(), pool.name(), pvs, pool.extentBytes(), pool.checksum());
        PoolStore store = driver.open(layout, new LookingContext(pool.name(), nobody, nobody, pvs));
        boolean done = false;
        try {
            Map<UUID, Long> epochs = new HashMap<>();
            for (UUID lu : store.lus()) {
                epochs.put(lu, epoch(store, lu));
            }
            done = true;
            return new LookedAt(pool, store, Map.copyOf(epochs));
        } finally {
            if (!done) {
                store.close();
            }
        }
    }

    /** A half deleted or damaged LU has none that can be read. */
    private static long epoch(PoolStore store, UUID lu) {
        try {
            return store.luEpoch(lu);
        } catch (SeraiException unreadable) {
            return 0;
        }
    }

    boolean has(UUID lu) {
        return epochs.containsKey(lu);
    }

    /** Whether the other side of a redundant LU is behind, as the intents of one say; empty if they cannot be read. */
    Optional<Boolean> otherIsBehind(UUID intent) {
        if (!has(intent) || !(store instanceof SharedReads able)) {
            return Optional.empty();
        }
        try (LuStore open = able.openShared(intent)) {
            return SidesTold.otherIsBehind(open);
        } catch (SeraiException unreadable) {
            return Optional.empty();
        }
    }

    /** The size of an LU, if that can be read. */
    Optional<Long> sizeBytes(UUID lu) {
        try {
            return Optional.of(store.luUsage(lu).sizeBytes());
        } catch (SeraiException unreadable) {
            return Optional.empty();
        }
    }
}
