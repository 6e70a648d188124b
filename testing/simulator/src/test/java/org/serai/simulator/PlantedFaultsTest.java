package org.serai.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulator finds what it is for: each of these faults, planted alone, is found within a few seeds. */
class PlantedFaultsTest {
    private static final int SEEDS = 80;

    @ParameterizedTest
    @CsvSource({
        "the gate never closes, cluster.core.liveness.Gate.isOpen, 1, 2",
        "the gate stays open for longer than the lease, cluster.core.liveness.Timing.serveNs, 30000000000, 2",
        "a lease counts from the end of a renewal, cluster.core.liveness.AttachedArea.renew, now, 66",
        "a short silence is a proof, cluster.core.liveness.Timing.silenceNs, 1500000000, 2",
        "a proof of any incarnation is good, cluster.core.ownership.OwnershipRow.isHeldBy, 1, 2",
        "no epoch is checked, cluster.core.ownership.DatabaseOwnership.isCurrent, 1, 6",
        "an incarnation that is over may write, cluster.core.ownership.Acting.requirePresent, 0, 19",
        "who was overtaken or removed goes on, cluster.core.member.Session.surrenderIfOvertaken, 0, 11",
        "the storage is not asked to refuse a dead holder, storage.core.attach.SpaceLock.fence, 0, 1",
        "nothing is sent again, message.core.daemon.Patience.attempts, 1, 1",
        "a message that came early is not held, message.core.vke.InStream.isNext, 1, 2",
        "the first receipt counts for all, message.core.vke.RcArray.isFilled, 1, 1",
        "who is given up is waited for all the same, message.core.vke.Outgoing.filled, forEach=, 7",
        "all lives of a sender are one, message.core.daemon.Daemon.<init>, nextLong=7, 1",
        "a gap in the events is not told of, cluster.core.event.EventReading.after, oldest=0, 5",
        "whoever is asked is the primary node, cluster.core.primary.Election.isMine, 1, 1",
        "a primary node that lives is succeeded, cluster.core.primary.Election.hasForgone, 1, 1",
        "a commit is acknowledged and not made, simulator.database.DatabaseServer.lostOfThousand, 5, 2",
        "a watchdog ends the node and not what it guards, simulator.machine.Installation.killGuarded, 0, 16",
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
