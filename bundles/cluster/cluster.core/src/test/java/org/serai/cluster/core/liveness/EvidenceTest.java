package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof.Kind;
import org.serai.cluster.Liveness;

/** What shows the end of an incarnation besides the lease areas, in simulated time. */
class EvidenceTest {
    private static final Timing TIMING = new Timing(1000, 8000, 2000);

    private final World world = new World(new Random(7));
    private final World.SharedPool pool = world.new SharedPool();
    private final World.SimulatedNode a = world.new SimulatedNode(TIMING);
    private final World.SimulatedNode b = world.new SimulatedNode(TIMING);
    private final List<Long> forcedAtMs = new ArrayList<>();
    private Optional<Finding> known = Optional.empty();
    private Optional<Finding> forced = Optional.empty();

    @BeforeEach
    void attach() {
        a.heartbeat.attach(pool.from());
        b.heartbeat.attach(pool.from());
        b.evidence = new Evidence() {
            @Override
            public Optional<Finding> known(UUID node, UUID incarnation) {
                return known;
            }

            @Override
            public Optional<Finding> force(UUID node, UUID incarnation) {
                forcedAtMs.add(world.nowNs() / 1_000_000);
                return forced;
            }
        };
        world.runMs(3000);
    }

    private long nowMs() {
        return world.nowNs() / 1_000_000;
    }

    @Test
    void whatIsKnownElsewhereIsAProofAtOnce() {
        a.kill();
        known = Optional.of(new Finding(Kind.PROCESSES_GONE, "it is gone"));
        var proof = b.heartbeat.prove(a.id, a.incarnation, _ -> {});
        assertThat(proof.kind()).isEqualTo(Kind.PROCESSES_GONE);
        assertThat(proof.waitedMs()).isZero();
    }

    @Test
    void forceIsUsedOnceAndNotBeforeTheGateOfTheNodeHasClosedByItself() {
        a.kill();
        var killedMs = nowMs();
        var proof = b.heartbeat.prove(a.id, a.incarnation, _ -> {});
        assertThat(proof.kind()).isEqualTo(Kind.SILENCE);
        assertThat(forcedAtMs).hasSize(1);
        assertThat(forcedAtMs.getFirst() - killedMs).isBetween(6000L - 1000, 8500L);
    }

    @Test
    void forceThatSucceedsShortensTheWait() {
        a.kill();
        forced = Optional.of(new Finding(Kind.POWER_FENCED, "it is off"));
        var killedMs = nowMs();
        assertThat(b.heartbeat.prove(a.id, a.incarnation, _ -> {}).kind()).isEqualTo(Kind.POWER_FENCED);
        assertThat(nowMs() - killedMs).isLessThan(8500);
    }

    @Test
    void aNodeThatLostTheDatabaseSaysSoInItsHeartbeatsAndIsAlive() {
        a.databaseReachable = false;
        world.runMs(2500);
        assertThat(b.heartbeat.seen(a.id)).satisfies(seen -> {
            assertThat(seen.state()).isEqualTo(Liveness.State.ALIVE);
            assertThat(seen.databaseLost()).isTrue();
        });
        a.databaseReachable = true;
        world.runMs(2500);
        assertThat(b.heartbeat.seen(a.id).databaseLost()).isFalse();
    }

    @Test
    void whatItSaidOnceWhereNothingNewOfItIsSeenDoesNotCount() {
        var other = world.new SharedPool();
        var path = other.from();
        a.heartbeat.attach(other.from());
        b.heartbeat.attach(path);
        a.databaseReachable = false;
        world.runMs(2500);
        path.broken = true;
        a.databaseReachable = true;
        world.runMs(5000);
        assertThat(b.heartbeat.seen(a.id)).satisfies(seen -> {
            assertThat(seen.state()).isEqualTo(Liveness.State.ALIVE);
            assertThat(seen.databaseLost()).isFalse();
        });
    }

    @Test
    void lookingWithoutWaitingFindsTheSameProof() {
        var inquiries = new Inquiries(b.heartbeat);
        assertThat(inquiries.look(a.id, a.incarnation, a.incarnation)).isEmpty();
        a.kill();
        for (int second = 0; second < 8; second++) {
            world.runMs(1000);
            assertThat(inquiries.look(a.id, a.incarnation, a.incarnation)).isEmpty();
        }
        world.runMs(5000);
        assertThat(inquiries.look(a.id, a.incarnation, a.incarnation))
                .hasValueSatisfying(proof -> assertThat(proof.kind()).isEqualTo(Kind.SILENCE));
        assertThat(forcedAtMs).isEmpty();
    }
}
