package org.serai.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays the seeds that once found something, and some that nobody has seen yet; a failure names its seed. */
class SeedsTest {
    private static final int UNSEEN = Integer.getInteger("serai.seeds", 5);

    /** 13, 27: a lock that was granted and nobody was told. 14: a lease that had lapsed. The last: a commit while closing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 13, 14, 27, 1986106720})
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
    void theSameSeedIsTheSameRun() {
        var first = Simulate.play(3, 30_000, _ -> {});
        var second = Simulate.play(3, 30_000, _ -> {});
        assertThat(second.hash()).isEqualTo(first.hash());
        assertThat(second.steps()).isEqualTo(first.steps());
        assertThat(Simulate.play(4, 30_000, _ -> {}).hash()).isNotEqualTo(first.hash());
    }
}
