package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.storage.LuKind;

/** A cluster of two nodes, a and b, with a partition web that is stopped. */
abstract class TwoNodes {
    static final Duration GRACE = Duration.ofSeconds(1);
    static final Optional<String> HERE = Optional.empty();

    @TempDir
    Path directory;

    World world;
    TestNode a;
    TestNode b;

    @BeforeEach
    final void twoNodesAndAPartition() {
        world = new World(directory);
        world.lu("data1", 1, LuKind.DATA, 1 << 20);
        a = world.node("a");
        b = world.node("b");
        a.partitions.create(world.spec("web", "data1"));
    }

    @AfterEach
    final void nothingEverRanTwice() {
        world.close();
        assertThat(world.witness.crimes()).isEmpty();
    }

    static SeraiException failsWith(ErrorCode code, ThrowingCallable call) {
        SeraiException thrown = catchThrowableOfType(SeraiException.class, call);
        assertThat(thrown).as("an error %s", code).isNotNull();
        assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(code);
        return thrown;
    }

    static MemoryHypervisor.MemoryMachine machine(TestNode node) {
        return node.hypervisor.machines.getLast();
    }

    final void asleepAgainstHarm() {
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.HIBERNATED);
        assertThat(world.held()).isEmpty();
        assertThat(world.hibernationLus()).hasSize(1);
        assertThat(world.images()).hasSize(1);
    }
}
