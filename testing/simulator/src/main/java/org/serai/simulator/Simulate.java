package org.serai.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.serai.simulator.play.Outcome;
import org.serai.simulator.play.Scenario;
import org.serai.simulator.size.Sizes;

/** Plays seeds: one to look at, or many to find one that fails. */
public final class Simulate {
    /** For how long faults happen in a run, in simulated time. */
    public static final long TROUBLE_MS = 90_000;

    private Simulate() {}

    /** Plays one seed in a folder of its own that is gone afterwards. */
    public static Outcome play(long seed, long troubleMs, Consumer<String> listener) {
        try {
            var folder = Scenario.folder();
            try {
                return new Scenario(seed, troubleMs, folder, listener).play();
            } finally {
                Scenario.delete(folder);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("seed " + seed + " cannot be played", e);
        }
    }

    /** {@code --seed N [--trace] | --seeds N [--from N] | --minutes N}, each with {@code --trouble-ms N}. */
    public static void main(String[] words) throws IOException, SQLException {
        if (words.length > 0 && words[0].equals("--size")) {
            var sizes = Arrays.stream(words).skip(1).map(Integer::valueOf).toList();
            new Sizes(sizes.isEmpty() ? List.of(10, 100, 1000) : sizes).run(Path.of("cluster-size.svg"));
            return;
        }
        var options = Options.of(words);
        if (options.has("seed")) {
            var outcome = play(options.number("seed", 0), options.number("trouble-ms", TROUBLE_MS), line -> {
                if (options.has("trace")) {
                    System.out.println(line);
                }
            });
            System.out.println(outcome.report());
            System.exit(outcome.isFine() ? 0 : 1);
        }
        System.exit(many(options) ? 0 : 1);
    }

    private static boolean many(Options options) {
        var startNs = System.nanoTime();
        var minutes = options.number("minutes", 0);
        var count = minutes > 0 ? Long.MAX_VALUE : options.number("seeds", 100);
        var from = options.number("from", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        System.out.println("seeds from " + from);
        var played = 0L;
        var failed = 0L;
        while (played < count && (minutes == 0 || System.nanoTime() - startNs < minutes * 60_000_000_000L)) {
            var outcome = play(from + played++, options.number("trouble-ms", TROUBLE_MS), _ -> {});
            if (!outcome.isFine()) {
                failed++;
                System.out.println(options.has("brief") ? outcome.seed() + " " + outcome.broken() : outcome.report());
                if (!options.has("all")) {
                    break;
                }
            }
        }
        var seconds = (System.nanoTime() - startNs) / 1e9;
        System.out.printf("%d seeds, %d failed, %.0f an hour%n", played, failed, played / seconds * 3600);
        return failed == 0;
    }
}
