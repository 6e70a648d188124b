package org.serai.contracts.storage;

import java.nio.ByteBuffer;

/** Contents that tell where they belong: each 512-byte block holds its number, a seed and a pattern made of both. */
public final class Blocks {
    /** The size of a block. */
    public static final int BYTES = 512;

    private Blocks() {}

    /** The blocks that belong at that offset, ready to be written. */
    public static ByteBuffer at(long offset, int length, long seed) {
        ByteBuffer blocks = ByteBuffer.allocateDirect(length);
        for (int i = 0; i < length; i += 8) {
            blocks.putLong(i, word(offset + i, seed));
        }
        return blocks;
    }

    /** The first offset, from the buffer's beginning, that does not hold what belongs there; -1 if all does. */
    public static long firstWrong(ByteBuffer found, long offset, long seed) {
        for (int i = 0; i < found.limit(); i += 8) {
            if (found.getLong(i) != word(offset + i, seed)) {
                return offset + i;
            }
        }
        return -1;
    }

    /** The first offset that is not zero; -1 if all is zero. */
    public static long firstNonZero(ByteBuffer found) {
        for (int i = 0; i < found.limit(); i += 8) {
            if (found.getLong(i) != 0) {
                return i;
            }
        }
        return -1;
    }

    private static long word(long offset, long seed) {
        long x = offset * 0x9E3779B97F4A7C15L + seed * 0xC2B2AE3D27D4EB4FL;
        return x ^ x >>> 29;
    }
}
