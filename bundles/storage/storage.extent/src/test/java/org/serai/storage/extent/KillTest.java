package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;

/** A process that writes under load is killed at random instants: nothing that was told as flushed is lost. */
class KillTest {
    private static final int ROUNDS = 6;

    @TempDir
    Path folder;

    private final UUID lu = UUID.randomUUID();
    /** For each place what it may hold: the seed flushed last, and those written since. */
    private final Map<Long, List<Long>> allowed = new HashMap<>();

    @Test
    void whatWasFlushedSurvivesEveryKill() throws Exception {
        long seedOfTest = System.nanoTime();
        Random random = new Random(seedOfTest);
        PoolLayout layout = Pools.in(folder, 2, 512L << 20, 64 * 1024);
        try (PoolStore pool = new ExtentDriver().create(layout, new SharedSpace().node())) {
            pool.createLu(lu, LoadProcess.LU_BYTES, false, 1);
        }
        int flushes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int linesBeforeTheKill = 20 + random.nextInt(2500);
            List<String> told = run(1 + 2 * round, 1_000_000L * (round + 1), linesBeforeTheKill);
            flushes += note(told);
            verify(layout, 2 + 2 * round, "round " + round + " of test seed " + seedOfTest);
        }
        assertThat(flushes).as("flushes that were told").isGreaterThan(ROUNDS);
    }

    private List<String> run(long epoch, long firstSeed, int lines) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "told", ".txt");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadProcess.class.getName(),
                        folder.toString(),
                        lu.toString(),
                        Long.toString(epoch),
                        Long.toString(firstSeed))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            await().pollInterval(2, TimeUnit.MILLISECONDS)
                    .atMost(180, TimeUnit.SECONDS)
                    .until(() -> {
                        assertThat(process.isAlive()).as("the load goes on").isTrue();
                        return Files.size(out) > lines * 14L;
                    });
        } finally {
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(out);
        return List.of(text.substring(0, text.lastIndexOf('\n') + 1).split("\n"));
    }

    private int note(List<String> told) {
        int flushes = 0;
        Map<String, TreeMap<Long, Long>> unflushed = new HashMap<>();
        for (String line : told) {
            String[] words = line.split(" ");
            TreeMap<Long, Long> open = unflushed.computeIfAbsent(words[1], _ -> new TreeMap<>());
            if (words[0].equals("W")) {
                long offset = LoadProcess.offset(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                long seed = Long.parseLong(words[3]);
                allowed.computeIfAbsent(offset, _ -> new ArrayList<>(List.of(0L)))
                        .add(seed);
                open.put(offset, seed);
            } else {
                flushes++;
                open.forEach((offset, seed) -> allowed.put(offset, new ArrayList<>(List.of(seed))));
                open.clear();
            }
        }
        return flushes;
    }

    private void verify(PoolLayout layout, long epoch, String when) {
        try (PoolStore pool = new ExtentDriver().open(layout, new SharedSpace().node())) {
            assertThat(pool.check().errors()).as(when).isEmpty();
            try (LuStore store = pool.openLu(lu, epoch)) {
                allowed.forEach((offset, seeds) -> {
                    ByteBuffer found = ByteBuffer.allocateDirect(LoadProcess.SLOT_BYTES);
                    store.read(offset, found);
                    found.flip();
                    // A write that was not flushed may be there in part: each block is judged by itself.
                    for (int at = 0; at < LoadProcess.SLOT_BYTES; at += Blocks.BYTES) {
                        ByteBuffer block = found.slice(at, Blocks.BYTES);
                        long place = offset + at;
                        assertThat(seeds)
                                .as("%s: block at %d", when, place)
                                .anyMatch(seed -> seed == 0
                                        ? Blocks.firstNonZero(block) < 0
                                        : Blocks.firstWrong(block, place, seed) < 0);
                    }
                });
            }
            var after = pool.check();
            assertThat(after.errors()).as(when).isEmpty();
            assertThat(after.checkedExtents()).isPositive();
        }
    }
}
