package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.storage.LuKind;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;

/** An image is void once anybody but its partition has opened one of its LUs, however that came about. */
class VoidImageTest extends TwoNodes {
    private UUID data1;
    private UUID data2;

    @BeforeEach
    void aSleepingPartitionWithTwoDisks() {
        data1 = world.lu("disk1", 1, LuKind.DATA, 1 << 20);
        data2 = world.lu("disk2", 1, LuKind.DATA, 1 << 20);
        a.partitions.create(world.spec("db", "disk1", "disk2"));
        a.partitions.start("db", HERE, a.tell());
        machine(a).counter = 8;
        a.partitions.hibernate("db", a.tell());
    }

    /** As an export of an LU by a node, through which somebody writes. */
    private static OpenLu export(TestNode node, UUID lu) {
        OpenLu open = node.storage.open(lu, 1, "export");
        open.write(0, ByteBuffer.allocate(OpenLu.BLOCK_BYTES));
        return open;
    }

    private void refused(TestNode node, String lu, Consumer<TestNode> wake) {
        int machines = node.hypervisor.machines.size();
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> wake.accept(node))
                .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(PartitionError.IMAGE_VOID))
                .satisfies(e -> assertThat(e.reason()).contains("LU " + lu + " "))
                .satisfies(e -> assertThat(e.action()).contains("lpar:stop db").contains("lpar:start db"));
        assertThat(node.hypervisor.machines).hasSize(machines);
        assertThat(node.exported).isEmpty();
        assertThat(node.partitions.lpar("db").state()).isEqualTo(LparState.HIBERNATED);
    }

    private static void resume(TestNode node) {
        node.partitions.resume("db", HERE, node.tell());
    }

    private static void remoteRestart(TestNode node) {
        node.partitions.remoteRestart("db", HERE, node.tell());
    }

    @Test
    void aDiskThatWasExportedAndWrittenVoidsItAndThePartitionBootsFromItsDisks() {
        export(b, data2).close();

        refused(a, "disk2", VoidImageTest::resume);
        refused(b, "disk2", VoidImageTest::resume);
        refused(b, "disk2", VoidImageTest::remoteRestart);
        assertThat(world.held()).isEmpty();

        a.partitions.dropImage("db", a.tell());
        assertThat(world.hibernationLus()).isEmpty();
        b.partitions.start("db", HERE, b.tell());
        assertThat(machine(b).counter).isZero();
    }

    @Test
    void whoHoldsTheDiskNowIsNamed() {
        OpenLu open = export(b, data1);
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> resume(a))
                .satisfies(e -> assertThat(e.reason()).contains("node b holds it now for: export"));
        open.close();
        refused(a, "disk1", VoidImageTest::resume);
    }

    @Test
    void resumesThatFailedDoNotVoidIt() {
        for (TestNode node : List.of(b, a, b)) {
            node.hypervisor.failNextStart = HypervisorError.RESTORE_FAILED.error("no restore", "a reason", "an action");
            failsWith(HypervisorError.RESTORE_FAILED, () -> resume(node));
            assertThat(world.held()).isEmpty();
        }
        resume(a);
        assertThat(machine(a).counter).isEqualTo(8);
    }

    @Test
    void aDiskThatIsExportedAfterAFailedResumeVoidsIt() {
        b.hypervisor.failNextStart = HypervisorError.RESTORE_FAILED.error("no restore", "a reason", "an action");
        failsWith(HypervisorError.RESTORE_FAILED, () -> resume(b));
        export(a, data1).close();
        refused(b, "disk1", VoidImageTest::resume);
    }

    /** Does something when the resume has found that nobody opened the disks, and before it opens them itself. */
    private static Consumer<TestNode> resumeWhile(Runnable meanwhile) {
        return node -> node.partitions.resume("db", HERE, sentence -> {
            if (sentence.startsWith("Opening its LUs")) {
                meanwhile.run();
            }
        });
    }

    @Test
    void aDiskThatIsExportedDuringAResumeVoidsItForThatOneAndForTheNext() {
        refused(b, "disk1", resumeWhile(() -> export(a, data1).close()));
        assertThat(world.held()).isEmpty();
        refused(b, "disk1", VoidImageTest::resume);
    }

    @Test
    void ofTwoDisksTheOneThatWasExportedDuringAResumeIsNamed() {
        List<OpenLu> open = new ArrayList<>();
        failsWith(
                StorageError.LU_LOCKED,
                () -> resumeWhile(() -> open.add(export(a, data2))).accept(b));
        open.getFirst().close();
        refused(b, "disk2", VoidImageTest::resume);
    }

    private void dies(TestNode node, Runnable meanwhile) {
        assertThatExceptionOfType(Mortal.Died.class)
                .isThrownBy(() -> resumeWhile(meanwhile).accept(node));
    }

    @Test
    void anExportByTheNodeThatDiedResumingIsNotTakenForTheResume() {
        dies(b, () -> {
            export(b, data1);
            b.kill();
        });
        refused(a, "disk1", VoidImageTest::remoteRestart);
    }

    @Test
    void anExportAfterTheDeathOfANodeThatWasResumingIsNotTakenForTheResume() {
        dies(b, b::kill);
        export(a, data1).close();
        refused(a, "disk1", VoidImageTest::remoteRestart);
    }

    @Test
    void anExportJustBeforeADyingNodeOpenedTheDisksIsNotTakenForTheResume() {
        int openedBoth = 3;
        dies(b, () -> {
            export(a, data1).close();
            b.life.dieAt(openedBoth);
        });
        assertThat(b.life.calls()).startsWith("Storage.open", "Storage.open");
        refused(a, "disk1", VoidImageTest::remoteRestart);
    }

    @Test
    void aNodeThatDiedWithTheDisksOpenDoesNotVoidIt() {
        dies(b, () -> b.life.dieAt(3));
        assertThat(b.life.calls()).startsWith("Storage.open", "Storage.open");
        TestNode again = world.node("b");
        await().untilAsserted(() -> assertThat(world.held()).isEmpty());
        World.whenFree(() -> resume(again));
        assertThat(machine(again).counter).isEqualTo(8);
    }
}
