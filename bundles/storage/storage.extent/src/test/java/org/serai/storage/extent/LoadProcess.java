package org.serai.storage.extent;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;

/**
 * Writes under load until it is killed. Each write is told before it is begun ({@code W thread slot seed}) and after the
 * flush that covers it ({@code F thread seed}): what was told as flushed must survive.
 */
final class LoadProcess {
    static final int THREADS = 3;
    static final int SLOTS = 600;
    static final int SLOT_BYTES = 8192;
    /** Not a multiple of the extent, so that writes begin anywhere and cross extents. */
    static final long STRIDE = 93 * 1024;

    static final long LU_BYTES = 512L << 30;

    private LoadProcess() {}

    static long offset(int thread, int slot) {
        return ((long) slot * THREADS + thread) * STRIDE;
    }

    /** Arguments: folder, LU, epoch, first seed. */
    public static void main(String[] args) throws InterruptedException {
        PoolLayout layout = Pools.in(Path.of(args[0]), 2, 512L << 20, 64 * 1024);
        PoolStore pool = new ExtentDriver().open(layout, new SharedSpace().node());
        LuStore lu = pool.openLu(UUID.fromString(args[1]), Long.parseLong(args[2]));
        long first = Long.parseLong(args[3]);
        PrintStream out = System.out;
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int mine = i;
            threads[i] = new Thread(() -> write(lu, out, mine, first));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void write(LuStore lu, PrintStream out, int thread, long first) {
        Random random = new Random(first * THREADS + thread);
        for (long seed = first; ; seed++) {
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++, seed++) {
                int slot = random.nextInt(SLOTS);
                ByteBuffer blocks = Blocks.at(offset(thread, slot), SLOT_BYTES, seed);
                tell(out, "W " + thread + " " + slot + " " + seed);
                lu.write(offset(thread, slot), blocks);
            }
            lu.flush();
            tell(out, "F " + thread + " " + seed);
        }
    }

    /** One system call a line: a line is whole or not there. */
    private static void tell(PrintStream out, String line) {
        byte[] bytes = (line + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        synchronized (out) {
            out.write(bytes, 0, bytes.length);
            out.flush();
        }
    }
}
