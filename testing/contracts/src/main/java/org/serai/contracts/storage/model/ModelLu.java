package org.serai.contracts.storage.model;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.contracts.storage.Blocks;
import org.serai.storage.spi.LuStore;

/** An LU of a sequence: what it should show, and how it is held. */
final class ModelLu {
    final UUID id = UUID.randomUUID();
    final Map<UUID, Expected> snapshots = new LinkedHashMap<>();
    Expected now;

    /** What a crash may bring back: the contents that a block had since the last flush. */
    private final Map<Integer, Set<Long>> earlier = new TreeMap<>();

    /** What it reads as a clone: an LU and its snapshot. */
    Optional<Origin> origin = Optional.empty();

    Set<UUID> pvs = Set.of();
    int node;
    long epoch = 1;
    boolean shared;
    LuStore store;

    /** The snapshot that a clone needs. */
    record Origin(UUID lu, UUID snapshot) {}

    ModelLu(Expected now) {
        this.now = now;
    }

    void put(int first, int count, long seed) {
        for (int i = first; i < first + count; i++) {
            earlier.computeIfAbsent(i, _ -> new HashSet<>()).add(now.seed(i));
            now.put(i, seed);
        }
    }

    void flushed() {
        earlier.clear();
    }

    void resize(int blocks) {
        now.resize(blocks);
        earlier.keySet().removeIf(block -> block >= blocks);
    }

    /** A change failed half-way: each block is what it was or what it was to be, and that is taken over. */
    void adoptPart(int first, int count, long seed) {
        for (int i = first; i < first + count; i++) {
            ByteBuffer found = Expected.read(store, Expected.offset(i), Blocks.BYTES);
            if (Expected.holds(found, i, seed)) {
                put(i, 1, seed);
            }
        }
    }

    /** The holder was lost: each block is what it was at some time since the last flush, and that is taken over. */
    void adoptAfterLoss() {
        earlier.forEach((block, seeds) -> {
            ByteBuffer found = Expected.read(store, Expected.offset(block), Blocks.BYTES);
            if (!Expected.holds(found, block, now.seed(block))) {
                long seed = seeds.stream()
                        .filter(each -> Expected.holds(found, block, each))
                        .findFirst()
                        .orElse(now.seed(block));
                now.put(block, seed);
            }
        });
        earlier.clear();
    }
}
