package org.serai.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.contracts.hypervisor.TestGuest;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;

/** The process around a machine: its guard, its directory, its last words. */
class QemuProcessTest {
    private static final TestGuest GUEST = TestGuest.build();

    @TempDir
    Path folder;

    private final QemuHypervisor qemu = new QemuHypervisor(QemuContractTest.settings());

    private MachineSpec spec(Path directory, Path kernel, List<String> guarded) throws IOException {
        return new MachineSpec(
                UUID.randomUUID(),
                "a,b",
                96L << 20,
                2,
                kernel,
                GUEST.initrd(),
                "quiet",
                List.of(),
                Files.createDirectories(directory),
                guarded);
    }

    @AfterEach
    void noProcessIsLeft() {
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void aGuardThatStaysIsKilledWithWhatItGuards() throws IOException {
        List<String> guard = List.of("sh", "-c", "\"$@\"; exit $?", "guard");
        Machine machine = qemu.start(spec(folder.resolve("a"), GUEST.kernel(), guard));
        List<Long> pids = machine.pids();
        machine.kill();
        assertThat(pids).hasSize(2);
        assertThat(pids)
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                        .isEmpty());
    }

    @Test
    void aDirectoryMayBeLongerThanASocketsAddress() throws IOException {
        Path deep = folder.resolve("d".repeat(100)).resolve("e".repeat(100));
        Machine source = qemu.start(spec(deep.resolve("source"), GUEST.kernel(), List.of()));
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try {
            qemu.capture(source, Channels.newChannel(state));
        } finally {
            source.kill();
        }
        Machine target = qemu.restore(
                spec(deep.resolve("target"), GUEST.kernel(), List.of()),
                Channels.newChannel(new ByteArrayInputStream(state.toByteArray())));
        try {
            assertThat(target.state()).isEqualTo(MachineState.PAUSED);
        } finally {
            target.kill();
        }
        assertThat(deep.resolve("source")).isDirectoryNotContaining("glob:**.sock");
        assertThat(deep.resolve("target")).isDirectoryNotContaining("glob:**.sock");
    }

    @Test
    void whatQemuSaidIsTheCause() throws IOException {
        Path noKernel = Files.write(folder.resolve("no-kernel"), new byte[4096]);
        MachineSpec spec = spec(folder.resolve("a"), noKernel, List.of());
        assertThatThrownBy(() -> qemu.start(spec))
                .hasMessageContaining("SERAI-HV-0002")
                .hasMessageContaining("QEMU said: ")
                .hasMessageContaining("kernel");
    }

    @Test
    void aGuardThatCannotBeRunIsTheCause() throws IOException {
        MachineSpec spec = spec(folder.resolve("a"), GUEST.kernel(), List.of("/no/such/guard"));
        assertThatThrownBy(() -> qemu.start(spec)).hasMessageContaining("/no/such/guard");
    }

    @Test
    void aRefusedStateIsExplainedInQemusWords() throws IOException {
        MachineSpec spec = spec(folder.resolve("a"), GUEST.kernel(), List.of());
        byte[] state = ByteBuffer.allocate(1 << 20)
                .put("SERAIMEM".getBytes(StandardCharsets.US_ASCII))
                .putLong(spec.memoryBytes())
                .putLong(-1)
                .array();
        assertThatThrownBy(() -> qemu.restore(spec, Channels.newChannel(new ByteArrayInputStream(state))))
                .hasMessageContaining("SERAI-HV-0006")
                .hasMessageContaining("QEMU said: Not a migration stream");
    }

    @ParameterizedTest
    @CsvSource({"-1, 4096", "0, 0", "0, -1", "4096, 9223372036854775807", "8192, 4096"})
    void aPartThatIsNotInTheMemoryIsRefused(long offset, long length) throws IOException {
        MachineSpec spec = spec(folder.resolve("a"), GUEST.kernel(), List.of());
        ByteBuffer state = ByteBuffer.allocate(1 << 20)
                .put("SERAIMEM".getBytes(StandardCharsets.US_ASCII))
                .putLong(spec.memoryBytes());
        if (offset == 8192) {
            // What lies inside, but before the part before it.
            state.putLong(16384).putLong(1).put((byte) 1);
        }
        state.putLong(offset == -1 ? -2 : offset).putLong(length);
        assertThatThrownBy(() -> qemu.restore(spec, Channels.newChannel(new ByteArrayInputStream(state.array()))))
                .hasMessageContaining("SERAI-HV-0006")
                .hasMessageContaining("bytes of memory at");
    }

    @Test
    void onlyMemoryThatWasTouchedIsInAState() throws IOException {
        MachineSpec spec = spec(folder.resolve("a"), GUEST.kernel(), List.of());
        Machine machine = qemu.start(spec);
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try {
            qemu.capture(machine, Channels.newChannel(state));
        } finally {
            machine.kill();
        }
        assertThat(state.size()).isLessThan((int) spec.memoryBytes() * 2 / 3);
    }
}
