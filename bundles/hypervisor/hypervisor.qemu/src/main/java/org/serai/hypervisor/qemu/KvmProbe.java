package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries KVM by booting a Linux kernel under it. That the device opens proves nothing, and neither does a program of a
 * few instructions: there are hosts on which both succeed and no kernel ever comes up. The kernel gets no root file
 * system, so a boot that works ends in a panic that says so, and with {@code panic=-1} in the end of QEMU.
 */
final class KvmProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Path BOOT = Path.of("/boot");
    private static final String BOOTED = "Unable to mount root fs";

    /**
     * What was found.
     *
     * @param why one sentence
     */
    record Verdict(boolean works, String why) {}

    private final String program;
    private final String machine;
    private final String cpu;
    private final Optional<Path> kernel;

    KvmProbe(String program, String machine, String cpu, Optional<Path> kernel) {
        this.program = program;
        this.machine = machine;
        this.cpu = cpu;
        this.kernel = kernel;
    }

    Verdict verdict() {
        if (!Files.isWritable(KVM)) {
            return new Verdict(false, KVM + " is not there or not writable");
        }
        try {
            Optional<Path> probed = kernel.isPresent() ? kernel : newestKernel();
            if (probed.isEmpty()) {
                return new Verdict(false, "KVM is not proven here, for want of a kernel to boot (qemu.probeKernel)");
            }
            return boot(probed.get(), "kvm", TIMEOUT);
        } catch (IOException e) {
            return new Verdict(false, "KVM could not be tried: " + e.getMessage());
        }
    }

    /** Boots the kernel with an accelerator and says whether it came up in time. */
    Verdict boot(Path image, String accelerator, Duration timeout) throws IOException {
        ShortRun.Result run = ShortRun.of(
                List.of(
                        program,
                        "-machine",
                        machine + ",accel=" + accelerator,
                        "-cpu",
                        cpu,
                        "-m",
                        "256M",
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-serial",
                        "stdio",
                        "-kernel",
                        image.toString(),
                        "-append",
                        "console=ttyS0 panic=-1"),
                timeout);
        if (run.ended() && run.output().contains(BOOTED)) {
            return new Verdict(true, image + " boots under " + accelerator);
        }
        return new Verdict(
                false, image + " did not boot under " + accelerator + " within " + timeout.toSeconds() + " s");
    }

    private static Optional<Path> newestKernel() throws IOException {
        if (!Files.isDirectory(BOOT)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(BOOT)) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz"))
                    .filter(Files::isReadable)
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
        }
    }
}
