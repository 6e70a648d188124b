package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.MachineState;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.storage.LuKind;

class PartitionNodeTest {
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Optional<String> HERE = Optional.empty();

    @TempDir
    Path directory;

    private World world;
    private TestNode a;
    private TestNode b;

    @BeforeEach
    void twoNodesAndAPartition() {
        world = new World(directory);
        world.lu("data1", 1, LuKind.DATA, 1 << 20);
        a = world.node("a");
        b = world.node("b");
        a.partitions.create(world.spec("web", "data1"));
    }

    @AfterEach
    void nothingEverRanTwice() {
        world.close();
        assertThat(world.witness.crimes()).isEmpty();
    }

    private static void failsWith(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    private MemoryHypervisor.MemoryMachine machine(TestNode node) {
        return node.hypervisor.machines.getLast();
    }

    private void asleepAgainstHarm() {
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.HIBERNATED);
        assertThat(world.held()).isEmpty();
        assertThat(world.hibernationLus()).hasSize(1);
        assertThat(world.images()).hasSize(1);
    }

    @Test
    void aPartitionIsDefinedStartedAndStopped() {
        Lpar defined = a.partitions.lpar("web");
        assertThat(defined.state()).isEqualTo(LparState.STOPPED);
        assertThat(defined.adapters()).containsExactly(new Lpar.Adapter(1, "UT.M.Sa-V2-C2", 2, List.of("data1")));

        Outcome started = a.partitions.start("web", HERE, a.tell());

        assertThat(started.lpar().state()).isEqualTo(LparState.RUNNING);
        assertThat(started.lpar().node()).contains("a");
        assertThat(started.lpar().epoch()).isPositive();
        assertThat(started.lpar().consoleLog()).isPresent();
        assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING);
        assertThat(a.exported).singleElement().satisfies(e -> {
            assertThat(e.target()).isEqualTo("iqn.2026-11.org.serai:vsa.1");
            assertThat(e.chap()).isPresent();
            assertThat(e.disks().getFirst().hostPage().hostComponentId()).isEqualTo("UT.M.Sa");
        });

        a.partitions.stop("web", GRACE, a.tell());

        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(a.exported).isEmpty();
        assertThat(world.held()).isEmpty();
    }

    @Test
    void everyStartHasASecretOfItsOwn() {
        a.partitions.start("web", HERE, a.tell());
        String first = a.exported.getFirst().chap().orElseThrow().secret();
        a.partitions.stop("web", GRACE, a.tell());
        a.partitions.start("web", HERE, a.tell());
        assertThat(a.exported.getFirst().chap().orElseThrow().secret())
                .hasSizeGreaterThanOrEqualTo(24)
                .isNotEqualTo(first);
    }

    @Test
    void aPartitionFallsAsleepOnOneNodeAndWakesOnAnother() {
        a.partitions.start("web", HERE, a.tell());
        machine(a).counter = 4711;

        Outcome asleep = a.partitions.hibernate("web", a.tell());

        assertThat(asleep.timesMs()).containsKey("hibernate_ms");
        assertThat(asleep.lpar().image()).hasValueSatisfying(i -> {
            assertThat(i.stateBytes()).isGreaterThan(3_000_000);
            assertThat(i.storedBytes()).isPositive();
        });
        asleepAgainstHarm();
        assertThat(machine(a).state()).isEqualTo(MachineState.ENDED);

        Outcome awake = b.partitions.resume("web", HERE, b.tell());

        assertThat(awake.lpar().state()).isEqualTo(LparState.RUNNING);
        assertThat(awake.lpar().node()).contains("b");
        assertThat(awake.lpar().epoch()).isGreaterThan(asleep.lpar().epoch());
        assertThat(awake.lpar().adapters().getFirst().id()).isEqualTo(1);
        assertThat(awake.lpar().adapters().getFirst().drcName()).isEqualTo("UT.M.Sb-V2-C2");
        assertThat(awake.timesMs()).containsKeys("verify_ms", "restore_ms", "resume_ms");
        assertThat(machine(b).counter).isEqualTo(4711);
        assertThat(world.images()).isEmpty();
        assertThat(world.hibernationLus()).isEmpty();
    }

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

    @Test
    void anImageIsRestoredOnce() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        var image = world.images().getFirst();
        b.partitions.resume("web", HERE, b.tell());
        failsWith(PartitionError.WRONG_STATE, () -> b.partitions.resume("web", HERE, b.tell()));
        b.partitions.stop("web", GRACE, b.tell());
        failsWith(PartitionError.WRONG_STATE, () -> a.partitions.resume("web", HERE, a.tell()));

        // Somebody puts the old record back by hand: the epoch still says what it is.
        var row = a.partitions.lpar("web");
        world.lu("copy", 1, LuKind.HIBERNATION, 1 << 20);
        var copy = world.hibernationLus().getFirst().id();
        world.database.write(tx -> {
            tx.insert(new org.serai.partition.core.record.ImageRow(
                    image.lpar(), copy, image.epoch(), image.node(), 1, 1, "00"));
            var lpar = tx.get(org.serai.partition.core.record.LparRow.class, row.id())
                    .orElseThrow();
            return tx.update(lpar.in(LparState.HIBERNATED));
        });
        failsWith(PartitionError.WRONG_STATE, () -> b.partitions.resume("web", HERE, b.tell()));
    }

    @Test
    void aDamagedImageStartsNothingAndThePartitionSleepsOn() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        int machines = b.hypervisor.machines.size();
        byte[] block = world.pool.lus.get(world.images().getFirst().lu()).get(0L);
        block[300] ^= 4;

        failsWith(PartitionError.IMAGE_CORRUPT, () -> b.partitions.resume("web", HERE, b.tell()));
        assertThat(b.hypervisor.machines).hasSize(machines);
        asleepAgainstHarm();

        block[300] ^= 4;
        b.partitions.resume("web", HERE, b.tell());
    }

    @Test
    void anImageThatTheHypervisorWouldRestoreWronglyIsRefusedNamingTheDifference() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        b.hypervisor.facts.put("machine", "memory-2");
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> b.partitions.resume("web", HERE, b.tell()))
                .satisfies(e -> assertThat(e.code()).isEqualTo(HypervisorError.INCOMPATIBLE))
                .satisfies(e -> assertThat(e.reason()).contains("memory-1").contains("memory-2"));
        asleepAgainstHarm();
    }

    @Test
    void anotherKernelIsRefused() {
        world.write("kernel", "another kernel");
        failsWith(PartitionError.BAD_DEFINITION, () -> a.partitions.start("web", HERE, a.tell()));
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(world.held()).isEmpty();
    }

    @Test
    void aHypervisorThatFailsLeavesNothing() {
        a.hypervisor.failNextStart = HypervisorError.START_FAILED.error("no start", "a reason", "an action");
        failsWith(HypervisorError.START_FAILED, () -> a.partitions.start("web", HERE, a.tell()));
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(a.exported).isEmpty();
        assertThat(world.held()).isEmpty();
    }

    @Test
    void aRestoreThatFailsLeavesThePartitionAsleep() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        b.hypervisor.failNextStart = HypervisorError.RESTORE_FAILED.error("no restore", "a reason", "an action");
        failsWith(HypervisorError.RESTORE_FAILED, () -> b.partitions.resume("web", HERE, b.tell()));
        asleepAgainstHarm();
        assertThat(a.partitions.lpar("web").node()).contains("a");
    }

    @Test
    void afterAnInstructionMayHaveRunThereIsNoWayBackToTheImage() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        b.hypervisor.failNextRun = HypervisorError.MACHINE_GONE.error("no answer", "the socket broke", "look");
        failsWith(HypervisorError.MACHINE_GONE, () -> b.partitions.resume("web", HERE, b.tell()));
        assertThat(b.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(world.images()).isEmpty();
        assertThat(world.hibernationLus()).isEmpty();
        assertThat(world.held()).isEmpty();
        a.partitions.start("web", HERE, a.tell());
    }

    @Test
    void aFullPoolLetsThePartitionGoOn() {
        a.partitions.start("web", HERE, a.tell());
        world.pool.freeBytes.set(0);
        failsWith(PartitionError.NO_ROOM, () -> a.partitions.hibernate("web", a.tell()));
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.RUNNING);
        assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING);
        assertThat(world.hibernationLus()).isEmpty();

        world.pool.freeBytes.set(Long.MAX_VALUE);
        a.partitions.hibernate("web", a.tell());
    }

    @Test
    void anUnusedHibernationLuIsUsedAndKept() {
        world.lu("asleep", 1, LuKind.HIBERNATION, 128 << 20);
        world.lu("foreign", 2, LuKind.HIBERNATION, 128 << 20);
        world.lu("small", 1, LuKind.HIBERNATION, 1 << 20);
        a.partitions.start("web", HERE, a.tell());
        assertThat(a.partitions
                        .hibernate("web", a.tell())
                        .lpar()
                        .image()
                        .orElseThrow()
                        .lu())
                .isEqualTo("asleep");
        b.partitions.resume("web", HERE, b.tell());
        assertThat(world.hibernationLus()).hasSize(3);
    }

    @Test
    void aRecordWhoseCommitWasReportedAsLostIsNeverRestoredOverARunningGuest() {
        a.partitions.start("web", HERE, a.tell());
        a.told.clear();
        a.hypervisor.machines.getLast().counter = 5;
        failsWith(
                org.serai.database.DatabaseError.UNREACHABLE,
                () -> a.partitions.hibernate("web", sentence -> {
                    if (sentence.startsWith("The image is written")) {
                        a.loseNextAnswer = true;
                    }
                }));
        assertThat(world.images()).hasSize(1);
        await().untilAsserted(() -> assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING));
        a.kill();

        failsWith(PartitionError.IMAGE_CORRUPT, () -> b.partitions.remoteRestart("web", HERE, b.tell()));
        b.partitions.stop("web", GRACE, b.tell());
        b.partitions.start("web", HERE, b.tell());
    }

    @Test
    void whatCannotBeRecordedNowIsRecordedWhenTheDatabaseIsBack() {
        a.partitions.start("web", HERE, a.tell());
        a.databaseAway = true;
        machine(a).kill();
        await().untilAsserted(() -> assertThat(a.exported).isEmpty());
        a.databaseAway = false;
        await().untilAsserted(() -> assertThat(b.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED));
        await().untilAsserted(() -> assertThat(world.held()).isEmpty());
        b.partitions.start("web", HERE, b.tell());
    }

    @Test
    void aGuestThatShutsDownIsStopped() {
        a.partitions.start("web", HERE, a.tell());
        machine(a).kill();
        await().untilAsserted(() -> assertThat(world.held()).isEmpty());
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(a.exported).isEmpty();
    }

    @Test
    void aClosedGatePausesEveryPartitionUntilItOpens() {
        a.partitions.start("web", HERE, a.tell());
        a.gate(false);
        await().untilAsserted(() -> assertThat(machine(a).state()).isEqualTo(MachineState.PAUSED));
        failsWith(ClusterError.FENCED, () -> a.partitions.hibernate("web", a.tell()));
        a.gate(true);
        await().untilAsserted(() -> assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING));
    }

    @Test
    void aNodeThatStopsStopsItsPartitionsAndKeepsTheirDefinitions() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.end();
        assertThat(b.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(world.held()).isEmpty();
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
    void aSleepingPartitionCanBeStoppedAndDeleted() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        b.partitions.stop("web", GRACE, b.tell());
        assertThat(b.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(world.hibernationLus()).isEmpty();
        a.partitions.start("web", HERE, a.tell());
        failsWith(PartitionError.RUNS_ELSEWHERE, () -> b.partitions.delete("web"));
        a.partitions.hibernate("web", a.tell());
        b.partitions.delete("web");
        assertThat(world.hibernationLus()).isEmpty();
        assertThat(world.held()).isEmpty();
        failsWith(PartitionError.NO_SUCH_LPAR, () -> b.partitions.lpar("web"));
        assertThat(a.partitions
                        .create(world.spec("web", "data1"))
                        .adapters()
                        .getFirst()
                        .id())
                .isEqualTo(2);
    }

    @Test
    void badDefinitionsAreRefused() {
        world.lu("theirs", 2, LuKind.DATA, 1 << 20);
        world.lu("image1", 1, LuKind.HIBERNATION, 1 << 20);
        failsWith(PartitionError.LPAR_EXISTS, () -> a.partitions.create(world.spec("web")));
        failsWith(PartitionError.BAD_DEFINITION, () -> a.partitions.create(world.spec("1 2")));
        failsWith(PartitionError.BAD_DEFINITION, () -> a.partitions.create(world.spec("db", "data1")));
        failsWith(PartitionError.BAD_DEFINITION, () -> a.partitions.create(world.spec("db", "image1")));
        failsWith(PartitionError.WRONG_CLIENT, () -> a.partitions.create(world.spec("db", "theirs")));
        assertThat(a.partitions.all()).hasSize(1);
    }
}
