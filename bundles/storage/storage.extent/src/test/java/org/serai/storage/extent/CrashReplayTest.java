package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.storage.DataChecksum;

/**
 * Nothing that was flushed is lost, and nothing that is elsewhere is ever seen, whatever a crash leaves of the writes
 * that no sync covered. The same two seeds each time; {@code -Dserai.soak=N} runs N new
 * ones, {@code -Dserai.seed=S} one.
 */
class CrashReplayTest {
    private static final int STEPS = 60;
    private static final int STATES_AT_A_CUT = 5;

    static LongStream seeds() {
        Long one = Long.getLong("serai.seed");
        if (one != null) {
            return LongStream.of(one);
        }
        Integer soak = Integer.getInteger("serai.soak");
        long first = soak == null ? 1 : System.nanoTime() % 1_000_000_000;
        return LongStream.range(0, soak == null ? 2 : soak).map(i -> first + i);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyCrashLeavesWhatWasFlushed(long seed) {
        replay(seed, DataChecksum.NONE);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyCrashLeavesSumsThatAreRight(long seed) {
        replay(seed, DataChecksum.CRC32C);
    }

    private static void replay(long seed, DataChecksum checksum) {
        Workload workload = new Workload(seed, checksum);
        workload.run(STEPS);
        workload.end();
        int states = new CrashReplay(workload, seed, STATES_AT_A_CUT).run();
        assertThat(states).as("states judged").isGreaterThan(STEPS);
    }
}
