package org.serai.storage.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Two nodes, a taker and messages that are late, in every order that a seed gives: what a node asked its neighbour for is
 * never written after the taker was let in, nor after a call of the node has returned.
 */
class RelayScheduleTest {
    private static final int STEPS = 400;
    private static final int SEEDS_AT_MOST = 2_000;
    private static final List<String> WHAT_MATTERS = List.of(
            "written",
            "refused late write",
            "taker waits",
            "taker is in",
            "call unknown",
            "call settled",
            "ended since given up");

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
        Set<String> unseen = new HashSet<>(WHAT_MATTERS);
        for (long seed = 0; seed < SEEDS_AT_MOST && !unseen.isEmpty(); seed++) {
            RelayWorld world = new RelayWorld(new Random(seed));
            for (int step = 0; step < STEPS; step++) {
                world.step();
            }
            world.settle();
            String log = String.join(" ", world.log());
            unseen.removeIf(log::contains);
        }
        assertThat(unseen).as("what no schedule had").isEmpty();
    }
}
