package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Journal;
import org.serai.cluster.core.ownership.JournalRow;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.MachineState;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;

/** Hibernations and resumes that fail: the partition goes on, or sleeps on, as if nothing had happened. */
class FailedHibernationTest extends TwoNodes {
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
    void aRecordWhoseCommitWasReportedAsLostIsTakenBackOnceTheDatabaseIsThere() {
        a.partitions.start("web", HERE, a.tell());
        failsWith(
                DatabaseError.UNREACHABLE,
                () -> a.partitions.hibernate(
                        "web", sentence -> a.loseNextAnswer = sentence.startsWith("The image is written")));
        assertThat(world.images()).hasSize(1);
        a.databaseAway = false;
        await().untilAsserted(() -> {
            assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING);
            assertThat(world.images()).isEmpty();
            assertThat(world.hibernationLus()).isEmpty();
            assertThat(hibernations()).extracting(JournalRow::state).containsExactly(Journal.State.UNDONE);
        });
        assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.RUNNING);
    }

    private List<JournalRow> hibernations() {
        return world.database.read(tx -> tx.list(JournalRow.class, "kind", "hibernate"));
    }

    @Test
    void aRecordWhoseCommitWasReportedAsLostIsNeverRestoredOverARunningGuest() {
        a.partitions.start("web", HERE, a.tell());
        a.told.clear();
        a.hypervisor.machines.getLast().counter = 5;
        failsWith(
                DatabaseError.UNREACHABLE,
                () -> a.partitions.hibernate("web", sentence -> {
                    if (sentence.startsWith("The image is written")) {
                        a.loseNextAnswer = true;
                    }
                }));
        assertThat(world.images()).hasSize(1);
        await().untilAsserted(() -> assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING));
        a.kill();

        failsWith(PartitionError.IMAGE_CORRUPT, () -> b.partitions.remoteRestart("web", HERE, b.tell()));
        b.partitions.dropImage("web", b.tell());
        b.partitions.start("web", HERE, b.tell());
    }
}
