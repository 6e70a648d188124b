package org.serai.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.contracts.hypervisor.TestGuest;
import org.serai.hypervisor.spi.Hypervisor;

/** What is found on a host, and what is said where something is missing. */
class HostProbeTest {
    /** For a busy machine; what boots, ends by itself. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** For what never boots, however long one waits. */
    private static final Duration IMPATIENCE = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private static Settings with(String binary, Settings.Accelerator accelerator) {
        return new Settings(binary, accelerator, Optional.empty(), Duration.ofSeconds(60), Duration.ofSeconds(30));
    }

    private Path program(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("qemu"), "#!/bin/sh\n" + script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static Hypervisor.Host host(Settings settings) {
        return new QemuHypervisor(settings).host();
    }

    @Test
    void aMissingQemuIsNamedWithThePackagesThatBringIt() {
        Hypervisor.Host host = host(with("no-such-qemu", Settings.Accelerator.TCG));
        assertThat(host.available()).isFalse();
        assertThat(host.missing())
                .contains("no-such-qemu is not installed", "apt-get install qemu-system-x86 qemu-block-extra");
    }

    @Test
    void aQemuWithoutTheIscsiDriverIsNoHost() throws IOException {
        Path program = program("""
                case "$*" in
                --version) echo 'QEMU emulator version 9.1.2 (somewhere)' ;;
                *iscsi*) echo "qemu: -blockdev: Unknown driver 'iscsi'" >&2; exit 1 ;;
                esac
                """);
        Hypervisor.Host host = host(with(program.toString(), Settings.Accelerator.TCG));
        assertThat(host.available()).isFalse();
        assertThat(host.missing()).contains("no iSCSI block driver", "qemu-block-extra");
    }

    @Test
    void anInstallationIsSeenWithoutARestart() throws IOException {
        HostProbe probe = new HostProbe(with(folder.resolve("qemu").toString(), Settings.Accelerator.TCG));
        assertThatThrownBy(probe::host).hasMessageContaining("is no program");
        program("""
                case "$*" in
                --version) echo 'QEMU emulator version 9.1.2 (somewhere)' ;;
                *help*) echo 'q35   Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-9.1)' ;;
                *) exit 1 ;;
                esac
                """);
        assertThat(probe.host().version()).isEqualTo("9.1.2");
        assertThat(probe.host().machine()).isEqualTo("pc-q35-9.1");
        assertThat(probe.host().accelerator()).isEqualTo("tcg");
    }

    @Test
    void aKernelThatBootsIsProofAndOneThatDoesNotIsNone() throws IOException {
        KvmProbe probe = new KvmProbe("qemu-system-x86_64", "pc-q35-7.2", "max", Optional.empty());
        assertThat(probe.boot(TestGuest.build().kernel(), "tcg", PATIENCE).works())
                .isTrue();
        Path noKernel = Files.write(folder.resolve("no-kernel"), new byte[4096]);
        assertThat(probe.boot(noKernel, "tcg", IMPATIENCE).works()).isFalse();
    }

    @Test
    void aConfigurationThatCannotBeIsRefusedByKeyAndValue() {
        assertThatThrownBy(() -> Settings.of(new Configured("qemu", "xen", 30_000)))
                .hasMessageContainingAll("qemu.accelerator", "'xen'", "auto, tcg or kvm");
        assertThatThrownBy(() -> Settings.of(new Configured(" ", "tcg", 30_000)))
                .hasMessageContaining("qemu.binary");
        assertThatThrownBy(() -> Settings.of(new Configured("qemu", "tcg", 1)))
                .hasMessageContainingAll("qemu.startTimeoutMs", "'1'", "1000 to 600000");
        assertThat(Settings.of(new Configured("qemu", "auto", 5000)).startTimeout())
                .hasSeconds(5);
    }
}
