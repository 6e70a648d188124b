package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.partition.LparState;
import org.serai.partition.core.record.ImageRow;
import org.serai.storage.LuKind;

/**
 * Kills a node before every call by which one of its operations changes anything outside its process, then lets either
 * the node come back or another one take over, and looks for what must never be.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashMatrixTest {
    private static final Optional<String> HERE = Optional.empty();
    private static final long COUNTER = 77;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir(factory = InMemory.class)
    Path directory;

    /** The operations, each with the state that it begins in and those in which its deaths leave the partition. */
    enum Case {
        START(false, false, EnumSet.of(LparState.STOPPED), (n, p) -> p.start("web", HERE, n.tell())),
        STOP(true, false, EnumSet.of(LparState.STOPPED), (n, p) -> p.stop("web", Duration.ofSeconds(1), n.tell())),
        HIBERNATE(
                true,
                false,
                EnumSet.of(LparState.STOPPED, LparState.HIBERNATED),
                (n, p) -> p.hibernate("web", n.tell())),
        RESUME(
                true,
                true,
                EnumSet.of(LparState.STOPPED, LparState.HIBERNATED),
                (n, p) -> p.resume("web", HERE, n.tell())),
        /** One that fails and is undone. */
        RESUME_IN_VAIN(true, true, EnumSet.of(LparState.HIBERNATED), (n, p) -> {
            n.hypervisor.failNextStart = HypervisorError.RESTORE_FAILED.error("no restore", "a reason", "an action");
            assertThatExceptionOfType(SeraiException.class)
                    .isThrownBy(() -> p.resume("web", HERE, n.tell()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(HypervisorError.RESTORE_FAILED));
        }),
        REMOTE_RESTART(
                true,
                true,
                EnumSet.of(LparState.STOPPED, LparState.HIBERNATED),
                (n, p) -> p.remoteRestart("web", HERE, n.tell())),
        DROP(true, true, EnumSet.of(LparState.STOPPED, LparState.HIBERNATED), (n, p) -> p.dropImage("web", n.tell())),
        /** Of a partition that ran on a node which is dead by then: the taker dies too. */
        TAKE_OVER(true, false, EnumSet.of(LparState.STOPPED), (n, p) -> p.remoteRestart("web", HERE, n.tell())),
        /** Likewise, of one whose node died before it had given everything back. */
        TAKE_OVER_ASLEEP(
                true, false, EnumSet.of(LparState.HIBERNATED), (n, p) -> p.remoteRestart("web", HERE, n.tell()));

        private final boolean running;
        private final boolean asleep;
        private final Set<LparState> outcomes;
        private final BiConsumer<TestNode, PartitionNode> operation;

        Case(boolean running, boolean asleep, Set<LparState> outcomes, BiConsumer<TestNode, PartitionNode> operation) {
            this.outcomes = outcomes;
            this.running = running;
            this.asleep = asleep;
            this.operation = operation;
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "TAKE_OVER.*")
    void aNodeThatDiesAtAnyCallAndComesBackLeavesNothingBehind(Case what) {
        Set<LparState> seen = EnumSet.noneOf(LparState.class);
        everyDeath(what, (world, number) -> {
            TestNode back = world.node("a");
            eventually(() -> assertThat(openEntries(world)).isZero());
            eventually(() -> assertThat(world.held()).isEmpty());
            seen.add(settled(world, back));
            runAgain(world, back);
        });
        assertThat(seen).as("after the deaths in " + what).isEqualTo(what.outcomes);
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatDiesAtAnyCallIsTakenOver(Case what) {
        everyDeath(what, (world, number) -> {
            TestNode other = world.node("b");
            boolean forgotten = other.partitions.lpar("web").state() == LparState.STOPPED;
            try {
                other.partitions.remoteRestart("web", HERE, other.tell());
            } catch (SeraiException e) {
                assertThat(forgotten).as(e.getMessage()).isTrue();
                other.partitions.start("web", HERE, other.tell());
            }
            assertThat(other.partitions.lpar("web").state()).isEqualTo(LparState.RUNNING);
            assertThat(world.witness.running()).hasSize(1);
            assertThat(world.images()).isEmpty();
            TestNode back = world.node("a");
            eventually(() -> assertThat(openEntries(world)).isZero());
            assertThat(back.partitions.lpar("web").state()).isEqualTo(LparState.RUNNING);
            eventually(() -> assertThat(world.hibernationLus()).isEmpty());
            assertThat(world.witness.running()).hasSize(1);
        });
    }

    private interface Aftermath {
        void look(World world, int number);
    }

    private void everyDeath(Case what, Aftermath aftermath) {
        int number = 1;
        while (!oneDeath(what, directory.resolve("" + number), number, aftermath)) {
            number++;
        }
        assertThat(number - 1).as("calls of " + what).isGreaterThan(6);
    }

    /** Returns whether the operation was over before the planned death. */
    private static boolean oneDeath(Case what, Path place, int number, Aftermath aftermath) {
        try (World world = new World(made(place))) {
            world.lu("data1", 1, LuKind.DATA, 1 << 20);
            world.lu("data2", 1, LuKind.DATA, 1 << 20);
            TestNode a = world.node("a");
            a.partitions.create(world.spec("web", "data1", "data2"));
            boolean fromADeadNode = what == Case.TAKE_OVER || what == Case.TAKE_OVER_ASLEEP;
            TestNode first = fromADeadNode ? world.node("z") : a;
            if (what.running) {
                first.partitions.start("web", HERE, first.tell());
                first.hypervisor.machines.getLast().counter = COUNTER;
            }
            if (what == Case.TAKE_OVER_ASLEEP) {
                dieWhenAsleep(first);
            }
            if (fromADeadNode) {
                first.kill();
            }
            if (what.asleep) {
                a.partitions.hibernate("web", a.tell());
            }
            a.life.dieAt(number);
            try {
                what.operation.accept(a, a.partitions);
            } catch (Mortal.Died | AssertionError e) {
                assertThat(a.life.isDead()).as(e.toString()).isTrue();
            } catch (RuntimeException e) {
                assertThat(a.life.isDead()).as(e.toString()).isTrue();
            }
            if (!a.life.isDead()) {
                return true;
            }
            String where = what + ", death before call " + number + ": " + a.life.calls();
            try {
                aftermath.look(world, number);
                assertThat(world.witness.crimes()).isEmpty();
            } catch (RuntimeException | AssertionError e) {
                fail(where, e);
            }
            return false;
        }
    }

    /** Lets a node die when the image is recorded and nothing has been given back yet. */
    private static void dieWhenAsleep(TestNode node) {
        try {
            node.partitions.hibernate("web", sentence -> {
                if (sentence.startsWith("Ending partition")) {
                    node.kill();
                }
            });
        } catch (Mortal.Died e) {
            assertThat(node.life.isDead()).isTrue();
        }
        assertThat(node.world.images()).hasSize(1);
        assertThat(node.world.held()).hasSize(4);
    }

    private static Path made(Path place) {
        try {
            return Files.createDirectories(place);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Asked often, for it is waited for after each of hundreds of deaths. */
    private static void eventually(ThrowingRunnable holds) {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(holds);
    }

    private static long openEntries(World world) {
        return world.database.read(tx -> tx.list(org.serai.cluster.core.ownership.JournalRow.class)).stream()
                .filter(j -> j.state() == org.serai.cluster.Journal.State.RUNNING)
                .count();
    }

    /** Stopped without anything, or asleep with all that it takes: nothing else. */
    private static LparState settled(World world, TestNode node) {
        LparState state = node.partitions.lpar("web").state();
        assertThat(state).isIn(LparState.STOPPED, LparState.HIBERNATED);
        int images = state == LparState.HIBERNATED ? 1 : 0;
        assertThat(world.images()).hasSize(images);
        assertThat(world.hibernationLus()).hasSize(images);
        assertThat(world.images()).extracting(ImageRow::lu).allMatch(world.pool.lus::containsKey);
        return state;
    }

    private static void runAgain(World world, TestNode node) {
        if (node.partitions.lpar("web").state() == LparState.HIBERNATED) {
            World.whenFree(() -> node.partitions.resume("web", HERE, node.tell()));
            assertThat(node.hypervisor.machines.getLast().counter).isEqualTo(COUNTER);
        } else {
            World.whenFree(() -> node.partitions.start("web", HERE, node.tell()));
        }
        assertThat(world.witness.running()).hasSize(1);
    }
}
