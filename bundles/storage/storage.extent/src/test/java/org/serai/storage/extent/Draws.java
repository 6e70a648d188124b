package org.serai.storage.extent;

import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/** What a workload draws, from a seed. */
final class Draws {
    private static final int EXTENT = 65536;

    private final Random random;

    Draws(long seed) {
        random = new Random(seed);
    }

    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    boolean nextBoolean() {
        return random.nextBoolean();
    }

    UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    static long blocks(long bytes) {
        return Math.ceilDiv(bytes, (long) LuModel.BLOCK) * LuModel.BLOCK;
    }

    /** A size that ends in a window. */
    long size() {
        long[] window = LuModel.WINDOWS[random.nextInt(LuModel.WINDOWS.length)];
        return window[0] + blocks(1 + random.nextInt((int) window[1]));
    }

    /** Offset and length of a part of an LU within a window. */
    long[] part(long sizeBytes) {
        long[][] within = Arrays.stream(LuModel.WINDOWS)
                .filter(window -> window[0] < sizeBytes)
                .toArray(long[][]::new);
        long[] window = within[random.nextInt(within.length)];
        int unit = random.nextInt(3) == 0 ? LuModel.BLOCK : random.nextInt(4) == 0 ? EXTENT : 4096;
        long end = Math.min(window[0] + window[1], sizeBytes);
        long offset = window[0] + random.nextInt((int) Math.ceilDiv(end - window[0], unit)) * (long) unit;
        long length = blocks(1 + random.nextInt(random.nextInt(4) == 0 ? 3 * EXTENT : 12 * 1024));
        return new long[] {offset, Math.min(length, end - offset)};
    }
}
