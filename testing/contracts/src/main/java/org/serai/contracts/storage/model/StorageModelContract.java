package org.serai.contracts.storage.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.StorageDriver;

/**
 * Whatever is done with a few LUs of a small pool from two nodes, in any order, with crashes between: the driver shows
 * what a model of a few arrays shows, a check is clean, and in the end no space is lost. The sequences are the same ones
 * each time, so that a build says something of the change and not of chance; {@code -Dserai.soak=10000} draws so many new
 * ones, {@code -Dserai.sequence=…} does the one that a failure printed.
 */
public abstract class StorageModelContract {
    private static final int STEPS = 60;
    private static final int SHRINK_TRIES = 300;

    /** A new driver for each sequence. */
    protected abstract StorageDriver driver();

    /** The size of each of the two PVs: so small that the pool is full now and then. */
    protected abstract long pvBytes();

    /** Makes a node of the last driver die, beside that nothing more is asked of its stores. */
    protected void crash(PoolContext node, BooleanSupplier lost) {
        // What a node's memory held is gone with its stores.
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "1")
    void everySequenceShowsWhatTheModelShows(@ForAll("sequences") List<Step> steps) throws IOException {
        Optional<AssertionError> failure = failure(steps);
        if (failure.isPresent()) {
            List<Step> fewest = fewest(steps);
            throw failure(fewest).orElseGet(failure::get);
        }
    }

    /** Leaves out whatever can be left out without the failure going away, ever smaller parts. */
    private List<Step> fewest(List<Step> failing) throws IOException {
        List<Step> fewest = failing;
        int tries = 0;
        for (int part = Math.max(1, failing.size() / 2); part > 0; part /= 2) {
            for (int at = 0; at < fewest.size() && tries < SHRINK_TRIES; ) {
                List<Step> fewer = new ArrayList<>(fewest);
                fewer.subList(at, Math.min(at + part, fewer.size())).clear();
                tries++;
                if (failure(fewer).isPresent()) {
                    fewest = fewer;
                } else {
                    at += part;
                }
            }
        }
        return fewest;
    }

    private Optional<AssertionError> failure(List<Step> steps) throws IOException {
        Path folder = Files.createTempDirectory("serai-model");
        try (Rig rig = new Rig(driver(), this::crash, folder, 65536, pvBytes())) {
            Run run = new Run(rig);
            run.steps(steps);
            Statistics.label("space").collect(run.refusals() > 0 ? "was full now and then" : "was always enough");
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(new AssertionError(
                    "%s%nAgain: mvn test -Dtest=%s -Dserai.sequence=%s%n"
                            .formatted(e.getMessage(), getClass().getSimpleName(), Step.format(steps)),
                    e));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Provide
    Arbitrary<List<Step>> sequences() {
        Optional<String> given = Optional.ofNullable(System.getProperty("serai.sequence"));
        if (given.isPresent()) {
            return Arbitraries.just(Step.parse(given.get()));
        }
        long salt = Integer.getInteger("serai.soak") == null ? 0 : System.nanoTime();
        List<Step.Kind> kinds = Arrays.stream(Step.Kind.values())
                .flatMap(kind -> Collections.nCopies(kind.frequency, kind).stream())
                .toList();
        return Arbitraries.randomValue(random -> draw(new Random(random.nextLong() ^ salt), kinds));
    }

    private static List<Step> draw(Random random, List<Step.Kind> kinds) {
        return Stream.generate(() -> new Step(
                        kinds.get(random.nextInt(kinds.size())),
                        random.nextInt(4),
                        random.nextInt(Step.RANGE),
                        random.nextInt(Step.RANGE)))
                .limit(random.nextInt(STEPS / 4, STEPS + 1))
                .toList();
    }
}
