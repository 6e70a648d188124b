package org.serai.storage.extent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.serai.storage.spi.PoolLayout.PvLayout;

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

    /** Two or three PVs. */
    List<PvLayout> pvs() {
        List<PvLayout> pvs = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            long sizeBytes = (i == 0 ? 10L << 20 : 6L << 20) + (1 + random.nextInt(6)) * (1L << 20);
            pvs.add(new PvLayout(id(), i, "/memory/pv-" + i, OptionalLong.of(sizeBytes)));
        }
        return pvs;
    }

    /** Lets some call fail soon, or all from then on. */
    void arm(FaultyFiles faults) {
        Set<FaultyFiles.Call> kinds = random.nextBoolean()
                ? Set.of(FaultyFiles.Call.values())
                : Set.of(FaultyFiles.Call.values()[random.nextInt(3)]);
        int count = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1;
        faults.fail(kinds, random.nextInt(random.nextInt(3) == 0 ? 60 : 6), count, random.nextBoolean());
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
