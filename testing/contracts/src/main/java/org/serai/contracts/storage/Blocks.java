package org.serai.contracts.storage;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** Contents that tell where they belong: each 512-byte block holds its number, a seed and a pattern made of both. */
public final class Blocks {
    /** The size of a block. */
    public static final int BYTES = 512;

    /** So many words are worked on at a time, in an array: a buffer's own words are slow to reach one by one. */
    private static final int SOME = 4096;

    private Blocks() {}

    /** The blocks that belong at that offset, ready to be written. */
    public static ByteBuffer at(long offset, int length, long seed) {
        ByteBuffer blocks = ByteBuffer.allocateDirect(length);
        LongBuffer words = blocks.asLongBuffer();
        long[] some = new long[Math.min(SOME, words.remaining())];
        while (words.hasRemaining()) {
            long from = offset + words.position() * 8L;
            int count = Math.min(SOME, words.remaining());
            for (int i = 0; i < count; i++) {
                some[i] = word(from + i * 8L, seed);
            }
            words.put(some, 0, count);
        }
        return blocks;
    }

    /** The first offset, from the buffer's beginning, that does not hold what belongs there; -1 if all does. */
    public static long firstWrong(ByteBuffer found, long offset, long seed) {
        LongBuffer words = words(found);
        long[] some = new long[Math.min(SOME, words.remaining())];
        while (words.hasRemaining()) {
            long from = offset + words.position() * 8L;
            int count = Math.min(SOME, words.remaining());
            words.get(some, 0, count);
            for (int i = 0; i < count; i++) {
                if (some[i] != word(from + i * 8L, seed)) {
                    return from + i * 8L;
                }
            }
        }
        return -1;
    }

    /** The first offset that is not zero; -1 if all is zero. */
    public static long firstNonZero(ByteBuffer found) {
        LongBuffer words = words(found);
        long[] some = new long[Math.min(SOME, words.remaining())];
        while (words.hasRemaining()) {
            long from = words.position() * 8L;
            int count = Math.min(SOME, words.remaining());
            words.get(some, 0, count);
            for (int i = 0; i < count; i++) {
                if (some[i] != 0) {
                    return from + i * 8L;
                }
            }
        }
        return -1;
    }

    /** All words from the buffer's beginning to its limit, whatever its position. */
    private static LongBuffer words(ByteBuffer found) {
        return found.duplicate().order(found.order()).position(0).asLongBuffer();
    }

    private static long word(long offset, long seed) {
        long x = offset * 0x9E3779B97F4A7C15L + seed * 0xC2B2AE3D27D4EB4FL;
        return x ^ x >>> 29;
    }
}
