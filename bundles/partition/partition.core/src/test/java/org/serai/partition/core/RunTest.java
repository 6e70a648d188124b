package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.MachineState;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.storage.LuKind;

/** Definition, start and end of partitions. */
class RunTest extends TwoNodes {
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
    void theConsoleLogOfTheLastRunIsShownByTheNodeThatHasIt() throws Exception {
        assertThat(a.partitions.lpar("web").consoleLog()).isEmpty();
        a.partitions.start("web", HERE, a.tell());
        Path log = a.hypervisor.machines.getLast().spec.directory().resolve("console.log");
        a.partitions.stop("web", GRACE, a.tell());
        assertThat(a.partitions.lpar("web").consoleLog()).isEmpty();
        Files.writeString(log, "the last words");
        assertThat(a.partitions.lpar("web").consoleLog()).contains(log.toString());
        assertThat(b.partitions.lpar("web").consoleLog()).isEmpty();
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
