package org.serai.storage.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Two nodes, a taker and messages that are late, in every order that a seed gives: what a node asked its neighbour for is
 * never written after the taker was let in, nor after a call of the node has returned.
 */
class RelayScheduleTest {
    private static final int STEPS = 400;

    @Property(tries = 400)
    void nothingIsWrittenOnceATakerIsInOrACallHasReturned(@ForAll long seed) throws Exception {
        RelayWorld world = new RelayWorld(new Random(seed));
        for (int step = 0; step < STEPS && world.failures().isEmpty(); step++) {
            world.step();
        }
        world.settle();
        assertThat(world.failures()).as("seed %d: %s", seed, world.log()).isEmpty();
    }

    @Property(tries = 1)
    void theScheduleReachesWhatMatters() throws Exception {
        List<String> seen = new ArrayList<>();
        for (long seed = 0; seed < 60; seed++) {
            RelayWorld world = new RelayWorld(new Random(seed));
            for (int step = 0; step < STEPS; step++) {
                world.step();
            }
            world.settle();
            seen.addAll(world.log());
        }
        assertThat(String.join(" ", seen))
                .contains(
                        "written", "refused late write", "taker waits", "taker is in", "call unknown", "call settled");
    }
}
