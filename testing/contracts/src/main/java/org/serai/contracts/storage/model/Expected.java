package org.serai.contracts.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.serai.contracts.storage.Blocks;
import org.serai.storage.spi.LuStore;

/**
 * What an LU or a snapshot shows: for each block of a few windows the seed of its content, 0 for zero. Between the
 * windows, which lie where a map goes from one page to the next, nothing is ever written.
 */
final class Expected {
    private static final int WINDOW = 1024;
    private static final int WINDOWS = 3;
    private static final long STRIDE = 32L << 20;
    private static final int LOOK_BEHIND = 4096;

    private static final ByteBuffer ZERO = ByteBuffer.allocateDirect(Blocks.BYTES);
    private static final ByteBuffer NOTHING = nothing();
    private static final int CONTENTS_AT_MOST = 50_000;

    /** Contents that were asked for lately: making them anew takes most of the time otherwise. */
    private static final Map<Key, ByteBuffer> CONTENTS = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ByteBuffer> eldest) {
            return size() > CONTENTS_AT_MOST;
        }
    };

    private record Key(int block, long seed) {}

    private static ByteBuffer nothing() {
        ByteBuffer nothing = ByteBuffer.allocateDirect(WINDOW * Blocks.BYTES);
        while (nothing.hasRemaining()) {
            nothing.put((byte) 0x5A);
        }
        return nothing.flip();
    }

    /** Blocks in all windows. */
    static final int BLOCKS = WINDOW * WINDOWS;

    private final long[] seeds;
    private int size;

    Expected(int size) {
        this.seeds = new long[BLOCKS];
        this.size = size;
    }

    private Expected(long[] seeds, int size) {
        this.seeds = seeds;
        this.size = size;
    }

    Expected copy() {
        return new Expected(seeds.clone(), size);
    }

    int size() {
        return size;
    }

    void resize(int blocks) {
        size = blocks;
        for (int i = blocks; i < BLOCKS; i++) {
            seeds[i] = 0;
        }
    }

    long seed(int block) {
        return seeds[block];
    }

    void put(int block, long seed) {
        seeds[block] = seed;
    }

    /** Where a block is in the LU. */
    static long offset(int block) {
        int window = block / WINDOW;
        long start = window == 0 ? 0 : window * STRIDE - WINDOW / 2 * Blocks.BYTES;
        return start + block % WINDOW * (long) Blocks.BYTES;
    }

    /** The size of an LU that ends with that block. */
    static long sizeBytes(int blocks) {
        return offset(blocks - 1) + Blocks.BYTES;
    }

    /** How many blocks from that one on lie side by side. */
    static int contiguous(int block) {
        return WINDOW - block % WINDOW;
    }

    private static ByteBuffer content(int block, long seed) {
        ByteBuffer made = Blocks.at(offset(block), Blocks.BYTES, seed);
        return ByteBuffer.allocate(Blocks.BYTES).put(made).flip();
    }

    /** Whether a block's content is that of a seed. */
    static boolean holds(ByteBuffer found, int block, long seed) {
        ByteBuffer expected = seed == 0
                ? ZERO.duplicate()
                : CONTENTS.computeIfAbsent(new Key(block, seed), _ -> content(block, seed))
                        .duplicate();
        return found.mismatch(expected) < 0;
    }

    /** Asserts that every byte is there. */
    void assertShown(LuStore store, String what) {
        assertThat(store.sizeBytes()).as("size of %s", what).isEqualTo(sizeBytes(size));
        for (int first = 0; first < size; first += WINDOW) {
            int count = Math.min(WINDOW, size - first);
            ByteBuffer found = read(store, offset(first), count * Blocks.BYTES);
            for (int i = 0; i < count; i++) {
                ByteBuffer block = found.slice(i * Blocks.BYTES, Blocks.BYTES);
                if (!holds(block, first + i, seeds[first + i])) {
                    throw new AssertionError("%s, block %d at offset %d: seed %d expected, %s found"
                            .formatted(
                                    what, first + i, offset(first + i), seeds[first + i], describe(block, first + i)));
                }
            }
            if (first + count < size) {
                ByteBuffer gap = read(store, offset(first) + (long) WINDOW * Blocks.BYTES, LOOK_BEHIND);
                assertThat(Blocks.firstNonZero(gap))
                        .as("behind window %d of %s", first, what)
                        .isEqualTo(-1);
            }
        }
    }

    private String describe(ByteBuffer block, int number) {
        if (Blocks.firstNonZero(block) < 0) {
            return "zero";
        }
        for (long seed = 1; seed < 10_000; seed++) {
            if (holds(block, number, seed)) {
                return "seed " + seed;
            }
        }
        return "something that was never written there";
    }

    static ByteBuffer read(LuStore store, long offset, int length) {
        ByteBuffer found = ByteBuffer.allocateDirect(length);
        // What is not overwritten must not pass for zero.
        found.put(0, NOTHING, 0, length);
        store.read(offset, found);
        assertThat(found.remaining()).isZero();
        return found.flip();
    }
}
