package org.serai.launcher.bench;

import static org.serai.launcher.bench.Table.median;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;

/**
 * The extent engine in this JVM, beside a plain file on the same file system: reads and writes of what is allocated,
 * first writes, and what must not depend on sizes.
 */
final class StorageBench {
    private static final long GIB = 1L << 30;
    private static final int MIB = 1 << 20;
    private static final int EXTENT_BYTES = 256 * 1024;
    private static final int MANY_LUS = 10_000;

    private final Path folder;
    private final int rounds;

    StorageBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    Table run() throws IOException {
        Table table = new Table(
                "Microseconds an operation, and milliseconds where it says so; medians of " + rounds + ".",
                "load",
                "Serai",
                "plain file",
                "ratio",
                "aim");
        allocated(table);
        large(table);
        firstWrites(table);
        snapshot(table);
        manyLus(table);
        return table;
    }

    private void allocated(Table table) throws IOException {
        try (BenchPool pool = BenchPool.create(folder.resolve("allocated"), 2 * GIB);
                StorageSide file = StorageSide.file(folder.resolve("file"));
                StorageSide lu = StorageSide.lu(pool.newLu(GIB))) {
            for (StorageSide side : List.of(file, lu)) {
                // In pieces of an extent for both: Linux keeps what was written at once in pages of that size, and a
                // small write into a large page of its cache takes twice as long.
                StorageLoad.sequential(EXTENT_BYTES, GIB, true).run(side, 0);
                side.flush();
            }
            compare(table, "4 KiB random read", "≤ 1.10", StorageLoad.random(4096, GIB, false, 100_000), lu, file);
            compare(table, "4 KiB random write", "≤ 1.10", StorageLoad.random(4096, GIB, true, 50_000), lu, file);
            compare(table, "1 MiB sequential read", "≤ 1.05", StorageLoad.sequential(MIB, GIB, false), lu, file);
            compare(table, "1 MiB sequential write", "≤ 1.05", StorageLoad.sequential(MIB, GIB, true), lu, file);
        }
    }

    /** As many places as an LU of 1 GiB has, all over one that is as large as ext4 lets the file be. */
    private void large(Table table) throws IOException {
        long size = 15 * 1024 * GIB;
        StorageLoad writing = StorageLoad.sequential(4096, 4 * GIB, size, true);
        try (BenchPool pool = BenchPool.create(folder.resolve("large"), 2 * GIB);
                StorageSide file = StorageSide.file(folder.resolve("large-file"));
                StorageSide lu = StorageSide.lu(pool.newLu(size))) {
            for (StorageSide side : List.of(file, lu)) {
                writing.run(side, 0);
                side.flush();
            }
            StorageLoad reading = writing.reading().random(100_000);
            compare(table, "4 KiB random read in 15 TiB", "≤ 1.10", reading, lu, file);
        }
    }

    private void compare(Table table, String name, String aim, StorageLoad load, StorageSide ours, StorageSide theirs)
            throws IOException {
        double[] us = new double[rounds];
        double[] fileUs = new double[rounds];
        load.run(ours, -1); // until it is compiled
        load.run(theirs, -1);
        for (int round = 0; round < rounds; round++) {
            boolean oursFirst = round % 2 == 1;
            us[round] = oursFirst ? load.run(ours, round) : 0;
            fileUs[round] = load.run(theirs, round);
            us[round] = oursFirst ? us[round] : load.run(ours, round);
        }
        row(table, name, aim, median(us), median(fileUs));
    }

    /** Each round writes to an LU and a file that have no space yet, and makes durable what it wrote. */
    private void firstWrites(Table table) throws IOException {
        firstWrite(table, "4 KiB random first write, flushed at the end", StorageLoad.random(4096, GIB, true, 4_000));
        firstWrite(table, "1 MiB sequential first write, flushed at the end", StorageLoad.sequential(MIB, GIB, true));
    }

    private void firstWrite(Table table, String name, StorageLoad load) throws IOException {
        double[] us = new double[rounds];
        double[] fileUs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            Path place = folder.resolve("first-" + load.blockBytes() + "-" + round);
            try (BenchPool pool = BenchPool.create(place, 2 * GIB);
                    StorageSide file = StorageSide.file(folder.resolve(place.getFileName() + "-file"));
                    StorageSide lu = StorageSide.lu(pool.newLu(GIB))) {
                fileUs[round] = load.runAndFlush(file, round);
                us[round] = load.runAndFlush(lu, round);
            }
        }
        row(table, name, "≤ 2.0", median(us), median(fileUs));
    }

    private static void row(Table table, String name, String aim, double us, double fileUs) {
        table.row(name, "%.1f".formatted(us), "%.1f".formatted(fileUs), "%.2f".formatted(us / fileUs), aim);
        System.err.printf("  %s measured: %.2f of a plain file's time%n", name, us / fileUs);
    }

    /** Of an LU of 1 TiB in which something is written every 16 MiB. */
    private void snapshot(Table table) throws IOException {
        double[] ms = new double[rounds];
        try (BenchPool pool = BenchPool.create(folder.resolve("snapshot"), 32 * GIB);
                StorageSide.Lu lu = StorageSide.lu(pool.newLu(1024 * GIB))) {
            for (long at = 0; at < 1024 * GIB; at += 16L * MIB) {
                lu.write(at, 4096);
            }
            lu.flush();
            for (int round = 0; round < rounds; round++) {
                lu.write(round * 16L * MIB, 4096);
                long begun = System.nanoTime();
                ((Snapshots) lu.store()).snapshot(UUID.randomUUID());
                ms[round] = (System.nanoTime() - begun) / 1e6;
            }
        }
        table.row("snapshot of a thin LU of 1 TiB", "%.1f ms".formatted(median(ms)), "", "", "≤ 50 ms");
        System.err.println("  snapshot measured");
    }

    private void manyLus(Table table) throws IOException {
        double[] ms = new double[rounds];
        BenchPool made = BenchPool.create(folder.resolve("many"), 64 * GIB);
        try (made) {
            for (int i = 0; i < MANY_LUS; i++) {
                made.createLu(GIB);
            }
        }
        for (int round = 0; round < rounds; round++) {
            long begun = System.nanoTime();
            try (PoolStore pool = made.open()) {
                int found = pool.lus().size();
                ms[round] = (System.nanoTime() - begun) / 1e6;
                if (found != MANY_LUS) {
                    throw new IllegalStateException("the pool does not have the LUs that were made");
                }
            }
        }
        table.row(
                "opening a pool of 10,000 LUs and listing them", "%.0f ms".formatted(median(ms)), "", "", "≤ 1000 ms");
        System.err.println("  pool of many LUs measured");
    }
}
