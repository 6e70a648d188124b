package org.serai.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulator finds what it is for: each of these faults, planted alone, is found within a few seeds. */
class PlantedFaultsTest {
    private static final int SEEDS = 25;

    @ParameterizedTest
    @CsvSource({
        "the gate never closes, cluster.core.liveness.Gate.isOpen, 1, 14",
        "the gate stays open for longer than the lease, cluster.core.liveness.Timing.serveNs, 30000000000, 10",
        "a short silence is a proof, cluster.core.liveness.Timing.silenceNs, 1500000000, 14",
        "a proof of any incarnation is good, cluster.core.ownership.OwnershipRow.isHeldBy, 1, 1",
        "no epoch is checked, cluster.core.ownership.DatabaseOwnership.isCurrent, 1, 1",
        "nothing is sent again, message.core.daemon.Patience.attempts, 1, 1",
        "a message that came early is not held, message.core.vke.InStream.isNext, 1, 3",
        "whoever is asked is the primary node, cluster.core.primary.Election.isMine, 1, 3",
        "a watchdog ends the node and not what it guards, simulator.machine.Installation.killGuarded, 0, 8",
        "the first receipt counts for all, message.core.vke.RcArray.isFilled, 1, 1",
    })
    void isFound(String what, String fault, String change, long first) throws ReflectiveOperationException {
        var plant = new Plant(fault, change);
        var found = "";
        for (var seed = first; found.isEmpty() && seed < first + SEEDS; seed++) {
            found = plant.play(seed, 90_000);
            if (!found.isEmpty()) {
                System.out.println(what + ": found by seed " + seed + ": "
                        + found.lines().findFirst().orElseThrow());
            }
        }
        assertThat(found).as(what).isNotEmpty();
    }
}
