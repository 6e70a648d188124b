package org.serai.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.contracts.hypervisor.GuestLine;
import org.serai.contracts.hypervisor.TestGuest;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;

/** A guest with a disk behind a foreign iSCSI target. */
class QemuDiskTest {
    private static final TestGuest GUEST = TestGuest.build();
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @TempDir
    Path folder;

    private final QemuHypervisor qemu = new QemuHypervisor(QemuContractTest.settings());
    private final List<Machine> machines = new ArrayList<>();
    private TgtServer server;

    @BeforeEach
    void serveADisk() throws IOException {
        server = new TgtServer(folder, 64 << 20);
    }

    @AfterEach
    void endAll() {
        machines.forEach(Machine::kill);
        server.close();
    }

    private MachineSpec spec(String name, IscsiDisk disk) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        return new MachineSpec(
                UUID.randomUUID(),
                name,
                96L << 20,
                1,
                GUEST.kernel(),
                GUEST.initrd(),
                "console=ttyS0 quiet serai.interval_ms=200",
                List.of(disk),
                directory,
                List.of());
    }

    private Machine keep(Machine machine) {
        machines.add(machine);
        return machine;
    }

    private static GuestLine awaitRecord(Machine machine, long record) {
        return await().atMost(PATIENCE)
                .until(
                        () -> GuestLine.last(machine.consoleLog()),
                        line -> line.isPresent() && line.get().record() >= record)
                .orElseThrow();
    }

    @Test
    void theDiskIsWrittenBeforeAndAfterTheSleepAndEveryRecordVerifies() throws IOException {
        MachineSpec first = spec("first", server.disk(TgtServer.SECRET));
        Machine source = keep(qemu.start(first));
        assertThat(first.directory()).isDirectoryNotContaining("glob:**.secret");
        String at = first.disks().getFirst().target();
        assertThat(qemu.machineAt(at)).contains(first.id());
        source.resume();
        awaitRecord(source, 3);
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        qemu.capture(source, Channels.newChannel(state));
        source.kill();
        await().atMost(PATIENCE).until(() -> qemu.machineAt(at).isEmpty());
        GuestLine before = GuestLine.last(source.consoleLog()).orElseThrow();

        MachineSpec second = spec("second", server.disk(TgtServer.SECRET));
        Machine target = keep(qemu.restore(second, Channels.newChannel(new ByteArrayInputStream(state.toByteArray()))));
        target.resume();
        GuestLine after = awaitRecord(target, before.record() + 3);
        assertThat(after.boot()).isEqualTo(before.boot());
        assertThat(after.record()).isEqualTo(after.counter());
        assertThat(after.ok()).isEqualTo(after.record());
        assertThat(after.bad()).isZero();
        assertThat(after.errors()).isZero();
        assertThat(server.block(after.record() - 1))
                .startsWith("SERAIREC")
                .contains("boot " + after.boot(), "record " + (after.record() - 1));
    }

    @Test
    void aNewBootFindsTheRecordsOfTheOldOne() throws IOException {
        Machine first = keep(qemu.start(spec("first", server.disk(TgtServer.SECRET))));
        first.resume();
        awaitRecord(first, 2);
        first.kill();
        String oldBoot = GuestLine.last(first.consoleLog()).orElseThrow().boot();

        Machine second = keep(qemu.start(spec("second", server.disk(TgtServer.SECRET))));
        second.resume();
        GuestLine line = awaitRecord(second, 4);
        assertThat(line.boot()).isNotEqualTo(oldBoot);
        assertThat(line.record()).isGreaterThan(line.counter());
        assertThat(line.ok()).isEqualTo(line.record());
        assertThat(line.bad()).isZero();
    }

    @Test
    void aWrongSecretIsRefusedInTheTargetsWordsAndIsNowhereToBeRead() throws IOException {
        MachineSpec spec = spec("first", server.disk("not-the-right-secret"));
        assertThatThrownBy(() -> keep(qemu.start(spec)))
                .hasMessageContaining("SERAI-HV-0002")
                .hasMessageContaining("QEMU said")
                .hasMessageNotContaining("not-the-right-secret");
        assertThat(spec.directory()).isDirectoryNotContaining("glob:**.secret");
    }

    @Test
    void theSecretIsOnNoCommandLine() throws IOException {
        Machine machine = keep(qemu.start(spec("first", server.disk(TgtServer.SECRET))));
        for (long pid : machine.pids()) {
            assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")))
                    .contains("qemu-system")
                    .doesNotContain(TgtServer.SECRET);
        }
    }
}
