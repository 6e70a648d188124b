package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof;

/**
 * The promise of the whole: whatever happens to nodes, watchdogs, and paths to the pool, at no moment does an owner still
 * serve that another node has taken over from, and of two takers one wins. Each failure names its seed.
 */
class TakeoverScheduleTest {
    private static final Timing TIMING = new Timing(1000, 8000, 2000);
    private static final int SCHEDULES = 400;
    private static final int STEPS = 120;

    private int takeovers;

    @Test
    void noStaleOwnerEverServes() {
        for (var seed = 0; seed < SCHEDULES; seed++) {
            play(seed);
        }
        assertThat(takeovers).as("schedules that came to a takeover").isGreaterThan(SCHEDULES / 4);
    }

    private void play(long seed) {
        var random = new Random(seed);
        var world = new World(random);
        var pool = world.new SharedPool();
        var nodes = new ArrayList<World.SimulatedNode>();
        var paths = new ArrayList<World.SharedPool.View>();
        for (var i = 0; i < 3; i++) {
            nodes.add(world.new SimulatedNode(TIMING));
            paths.add(pool.from());
            nodes.getLast().heartbeat.attach(paths.getLast());
        }
        world.runMs(2000);
        var owner = nodes.getFirst();
        var stale = new ArrayList<World.SimulatedNode>();
        var inquests = new ArrayList<Optional<Inquest>>(List.of(Optional.empty(), Optional.empty(), Optional.empty()));
        for (var step = 0; step < STEPS; step++) {
            disturb(random, nodes.get(random.nextInt(3)), paths.get(random.nextInt(3)));
            for (var slice = 0; slice < 10; slice++) {
                world.runMs(random.nextLong(1, 90));
                for (var i = 0; i < 3; i++) {
                    var taker = nodes.get(i);
                    if (taker == owner || !taker.serves()) {
                        inquests.set(i, Optional.empty());
                        continue;
                    }
                    var target = owner;
                    var inquest =
                            inquests.get(i).orElseGet(() -> taker.heartbeat.inquest(target.id, target.incarnation));
                    inquests.set(i, Optional.of(inquest));
                    switch (inquest.verdict()) {
                        case Verdict.Over over
                        when over.kind() == DeathProof.Kind.SILENCE -> {
                            // The database lets one win: from here on the old owner is stale, and so is any other
                            // question.
                            stale.add(owner);
                            owner = taker;
                            takeovers++;
                            inquests.replaceAll(old -> Optional.empty());
                        }
                        case Verdict.Alive alive -> inquests.set(i, Optional.empty());
                        default -> {}
                    }
                }
                for (var old : stale) {
                    assertThat(old.serves())
                            .as("stale owner serves; seed %d, step %d", seed, step)
                            .isFalse();
                }
            }
        }
    }

    private static void disturb(RandomGenerator random, World.SimulatedNode node, World.SharedPool.View path) {
        switch (random.nextInt(14)) {
            case 0 -> node.pauseProcess();
            case 1, 2 -> node.goOn();
            case 3 -> path.broken = true;
            case 4, 5 -> path.broken = false;
            case 6 -> node.loseWatchdog();
            case 7, 8 -> node.findWatchdog();
            case 9 -> {
                if (random.nextInt(20) == 0) {
                    node.kill();
                }
            }
            default -> {}
        }
    }
}
