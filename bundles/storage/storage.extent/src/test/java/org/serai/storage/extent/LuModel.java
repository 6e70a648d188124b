package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.serai.contracts.storage.Blocks;
import org.serai.storage.spi.LuStore;

/**
 * What an LU may hold: for each block the seeds that are allowed, 0 for zeros. Looked at in a few windows, which lie
 * where extents, pages of the map and map extents meet.
 */
final class LuModel {
    static final int BLOCK = Blocks.BYTES;
    /** Where windows begin and how long they are; extents have 64 KiB. */
    static final long[][] WINDOWS = {
        {0, 256 * 1024},
        {504L * 65536 - 65536, 128 * 1024},
        {8 * 504L * 65536 - 65536, 128 * 1024},
    };

    private record Pending(long offset, long length, int seed) {}

    private final long sizeBytes;
    private final Map<Long, int[]> allowed;
    private final List<Pending> pending;
    private final Map<UUID, LuModel> snapshots;

    private LuModel(long sizeBytes, Map<Long, int[]> allowed, List<Pending> pending, Map<UUID, LuModel> snapshots) {
        this.sizeBytes = sizeBytes;
        this.allowed = allowed;
        this.pending = pending;
        this.snapshots = snapshots;
    }

    /** An LU that reads as zero. */
    static LuModel fresh(long sizeBytes) {
        return new LuModel(sizeBytes, Map.of(), List.of(), Map.of());
    }

    long sizeBytes() {
        return sizeBytes;
    }

    Map<UUID, LuModel> snapshots() {
        return snapshots;
    }

    /** After a write, or with seed 0 a discard, that no flush covered. */
    LuModel written(long offset, long length, int seed) {
        List<Pending> more = new ArrayList<>(pending);
        more.add(new Pending(offset, length, seed));
        return new LuModel(sizeBytes, allowed, more, snapshots);
    }

    /** After a flush. */
    LuModel flushed() {
        Map<Long, int[]> settled = new HashMap<>(allowed);
        for (Pending write : pending) {
            forEachBlock(write, at -> settled.put(at, new int[] {write.seed}));
        }
        return new LuModel(sizeBytes, settled, List.of(), snapshots);
    }

    /** After its holder went away without a flush: nobody knows what is there of the last writes. */
    LuModel abandoned() {
        Map<Long, int[]> open = new HashMap<>(allowed);
        for (Pending write : pending) {
            forEachBlock(write, at -> {
                int[] known = open.getOrDefault(at, new int[1]);
                int[] more = Arrays.copyOf(known, known.length + 1);
                more[known.length] = write.seed;
                open.put(at, more);
            });
        }
        return new LuModel(sizeBytes, open, List.of(), snapshots);
    }

    LuModel withSnapshot(UUID snapshot) {
        LuModel now = flushed();
        Map<UUID, LuModel> more = new HashMap<>(snapshots);
        more.put(snapshot, new LuModel(sizeBytes, now.allowed, List.of(), Map.of()));
        return new LuModel(sizeBytes, now.allowed, List.of(), more);
    }

    LuModel withoutSnapshot(UUID snapshot) {
        Map<UUID, LuModel> less = new HashMap<>(snapshots);
        less.remove(snapshot);
        return new LuModel(sizeBytes, allowed, pending, less);
    }

    LuModel rolledBack(UUID snapshot) {
        LuModel to = snapshots.get(snapshot);
        return new LuModel(to.sizeBytes, to.allowed, List.of(), snapshots);
    }

    /** What a clone of this snapshot holds. */
    LuModel cloned(long toBytes) {
        return new LuModel(sizeBytes, allowed, List.of(), Map.of()).resized(toBytes);
    }

    LuModel resized(long toBytes) {
        Map<Long, int[]> left = new HashMap<>(allowed);
        left.keySet().removeIf(at -> at >= toBytes);
        List<Pending> cut = pending.stream()
                .filter(write -> write.offset < toBytes)
                .map(write -> new Pending(write.offset, Math.min(write.length, toBytes - write.offset), write.seed))
                .toList();
        return new LuModel(toBytes, left, cut, snapshots);
    }

    private interface BlockUse {
        void at(long offset);
    }

    private static void forEachBlock(Pending write, BlockUse use) {
        for (long at = write.offset; at < write.offset + write.length; at += BLOCK) {
            use.at(at);
        }
    }

    /** Asserts that the store holds what is allowed while nothing is lost: of writes that nobody flushed the last. */
    void requireIn(LuStore store, String when) {
        flushed().requireAfterCrash(store, when);
    }

    /** Asserts that the store holds what is allowed after a crash. */
    void requireAfterCrash(LuStore store, String when) {
        assertThat(store.sizeBytes()).as("size %s", when).isEqualTo(sizeBytes);
        Map<Long, int[]> open = abandoned().allowed;
        int[] zero = {0};
        for (long[] window : WINDOWS) {
            int length = (int) Math.min(window[1], sizeBytes - window[0]);
            if (length <= 0) {
                continue;
            }
            ByteBuffer found = ByteBuffer.allocateDirect(length);
            store.read(window[0], found);
            found.flip();
            for (int at = 0; at < length; at += BLOCK) {
                long offset = window[0] + at;
                int[] seeds = open.getOrDefault(offset, zero);
                if (!isOneOf(found.slice(at, BLOCK), offset, seeds)) {
                    throw new AssertionError("block at " + offset + " (extent " + offset / 65536 + ") " + when
                            + " holds " + describe(found.slice(at, BLOCK)) + ", allowed are seeds "
                            + Arrays.toString(seeds));
                }
            }
        }
    }

    private static boolean isOneOf(ByteBuffer block, long offset, int[] seeds) {
        for (int seed : seeds) {
            if (seed == 0 ? Blocks.firstNonZero(block) < 0 : Blocks.firstWrong(block, offset, seed) < 0) {
                return true;
            }
        }
        return false;
    }

    private static String describe(ByteBuffer block) {
        if (Blocks.firstNonZero(block) < 0) {
            return "zeros";
        }
        for (int seed = 1; seed < 3000; seed++) {
            for (long[] window : WINDOWS) {
                for (long at = window[0]; at < window[0] + window[1]; at += BLOCK) {
                    if (Blocks.firstWrong(block.slice(0, 8), at, seed) < 0) {
                        return "seed " + seed + " of " + at;
                    }
                }
            }
        }
        return "something unknown, beginning with " + Long.toHexString(block.getLong(0));
    }
}
