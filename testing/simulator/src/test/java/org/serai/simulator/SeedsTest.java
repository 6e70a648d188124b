package org.serai.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays the seeds that once found something, and some that nobody has seen yet; a failure names its seed. */
class SeedsTest {
    private static final int UNSEEN = Integer.getInteger("serai.seeds", 5);

    /** Each once found something; a simulator that has learnt more plays another run from it. */
    @ParameterizedTest
    @ValueSource(longs = {13, 14, 1986106720})
    void seedsThatOnceFoundSomething(long seed) {
        play(seed);
    }

    @Test
    void seedsThatNobodyHasSeen() {
        var from = Long.getLong("serai.seed", ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        System.out.println("simulated seeds " + from + " to " + (from + UNSEEN - 1));
        for (var seed = from; seed < from + UNSEEN; seed++) {
            play(seed);
        }
    }

    private static void play(long seed) {
        var outcome = Simulate.play(seed, Simulate.TROUBLE_MS, _ -> {});
        assertThat(outcome.isFine()).as(outcome.report()).isTrue();
    }

    @Test
    void theSameSeedIsTheSameRun() throws IOException {
        var here = Simulate.play(3, 30_000, _ -> {});
        assertThat(elsewhere(3)).isEqualTo(here.report());
        assertThat(Simulate.play(4, 30_000, _ -> {}).hash()).isNotEqualTo(here.hash());
    }

    /** What another process says of the seed: what a process chooses by chance, as the order of a set, is not the same. */
    private static String elsewhere(long seed) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Simulate.class.getName()));
        command.addAll(List.of("--seed", Long.toString(seed), "--trouble-ms", "30000"));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    }
}
