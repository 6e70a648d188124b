package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.MachineState;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;

/** More than one node: restart of what a dead one ran, requests to others, and two that want the same. */
class OtherNodeTest extends TwoNodes {
    @Test
    void aSleepingPartitionIsRestartedElsewhereAlthoughItsNodeIsDead() {
        a.partitions.start("web", HERE, a.tell());
        machine(a).counter = 12;
        a.partitions.hibernate("web", a.tell());
        a.kill();

        Outcome awake = b.partitions.remoteRestart("web", HERE, b.tell());

        assertThat(machine(b).counter).isEqualTo(12);
        assertThat(awake.timesMs()).containsKeys("takeover_ms", "verify_ms", "restore_ms", "remote_restart_ms");
        assertThat(b.told).anyMatch(s -> s.contains("dead"));
    }

    @Test
    void aPartitionThatRanOnADeadNodeBootsElsewhereFromItsDisks() {
        a.partitions.start("web", HERE, a.tell());
        machine(a).counter = 12;
        a.kill();

        Outcome restarted = b.partitions.remoteRestart("web", HERE, b.tell());

        assertThat(restarted.lpar().node()).contains("b");
        assertThat(machine(b).counter).isZero();
        assertThat(restarted.timesMs()).containsKeys("takeover_ms", "remote_restart_ms");
    }

    @Test
    void aPartitionThatRunsOnALivingNodeIsNotRestartedElsewhere() {
        a.partitions.start("web", HERE, a.tell());
        failsWith(PartitionError.RUNS_ELSEWHERE, () -> b.partitions.remoteRestart("web", HERE, b.tell()));
        failsWith(PartitionError.RUNS_ELSEWHERE, () -> b.partitions.start("web", HERE, b.tell()));
        failsWith(PartitionError.RUNS_ELSEWHERE, () -> b.partitions.resume("web", HERE, b.tell()));
        failsWith(PartitionError.WRONG_STATE, () -> a.partitions.start("web", HERE, a.tell()));
        assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING);
    }

    @Test
    void whatAnotherNodeMustDoIsForwardedToItWithItsErrors() {
        Outcome started = a.partitions.start("web", Optional.of("b"), a.tell());
        assertThat(started.lpar().node()).contains("b");
        assertThat(started.lpar().consoleLog()).isPresent();
        assertThat(a.partitions.hibernate("web", a.tell()).lpar().state()).isEqualTo(LparState.HIBERNATED);
        failsWith(PartitionError.WRONG_STATE, () -> a.partitions.start("web", Optional.of("b"), a.tell()));
        a.partitions.resume("web", Optional.of("b"), a.tell());
        assertThat(a.partitions.stop("web", GRACE, a.tell()).lpar().state()).isEqualTo(LparState.STOPPED);
        b.kill();
        failsWith(PartitionError.TARGET_UNREACHABLE, () -> a.partitions.start("web", Optional.of("b"), a.tell()));
        failsWith(ClusterError.NO_SUCH_NODE, () -> a.partitions.start("web", Optional.of("c"), a.tell()));
    }

    @Test
    void ofTwoNodesThatStartAtOnceOneIsRefused() {
        assertThat(race(
                        () -> a.partitions.start("web", HERE, a.tell()),
                        () -> b.partitions.start("web", HERE, b.tell())))
                .isEqualTo(1);
        assertThat(world.witness.running()).hasSize(1);
    }

    @Test
    void ofTwoNodesThatResumeAtOnceOneIsRefused() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        assertThat(race(
                        () -> a.partitions.resume("web", HERE, a.tell()),
                        () -> b.partitions.remoteRestart("web", HERE, b.tell())))
                .isEqualTo(1);
        assertThat(world.witness.running()).hasSize(1);
    }

    @Test
    void aNodeThatComesBackFindsItsPartitionsStopped() {
        a.partitions.start("web", HERE, a.tell());
        a.kill();
        TestNode again = world.node("a");
        await().untilAsserted(() -> assertThat(world.held()).isEmpty());
        assertThat(again.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        b.partitions.start("web", HERE, b.tell());
    }

    @Test
    void aNodeThatComesBackGivesBackWhatItHeldBeforeItsPoolIsAttached() {
        a.partitions.start("web", HERE, a.tell());
        a.kill();
        world.pool.detached = true;
        world.node("a");
        await().untilAsserted(() -> assertThat(world.held()).isEmpty());
        world.pool.detached = false;
        b.partitions.start("web", HERE, b.tell());
    }

    private static long race(Supplier<Outcome> one, Supplier<Outcome> other) {
        CyclicBarrier together = new CyclicBarrier(2);
        return Stream.of(one, other)
                .map(t -> CompletableFuture.supplyAsync(() -> {
                    try {
                        together.await();
                        t.get();
                        return true;
                    } catch (SeraiException e) {
                        return false;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList()
                .stream()
                .filter(CompletableFuture::join)
                .count();
    }
}
