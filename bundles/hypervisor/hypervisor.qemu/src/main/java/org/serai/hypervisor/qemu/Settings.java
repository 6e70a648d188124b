package org.serai.hypervisor.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.serai.hypervisor.HypervisorError;

/** The checked configuration. */
record Settings(
        String binary,
        Accelerator accelerator,
        Optional<Path> probeKernel,
        Duration startTimeout,
        Duration commandTimeout) {
    /** What executes guest instructions. */
    enum Accelerator {
        /** KVM where it is proven to work, else TCG. */
        AUTO,
        /** Emulation. */
        TCG,
        /** The host's processor. */
        KVM;

        /** As QEMU and the configuration write it. */
        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Settings of(QemuConfiguration configuration) {
        if (configuration.binary().isBlank()) {
            throw refused("qemu.binary", configuration.binary(), "a program's name or path");
        }
        return new Settings(
                configuration.binary(),
                accelerator(configuration.accelerator()),
                Optional.of(configuration.probeKernel())
                        .filter(path -> !path.isBlank())
                        .map(Path::of),
                timeout("qemu.startTimeoutMs", configuration.startTimeoutMs(), 1000),
                timeout("qemu.commandTimeoutMs", configuration.commandTimeoutMs(), 100));
    }

    private static Accelerator accelerator(String word) {
        for (Accelerator accelerator : Accelerator.values()) {
            if (accelerator.word().equals(word)) {
                return accelerator;
            }
        }
        throw refused("qemu.accelerator", word, "auto, tcg or kvm");
    }

    private static Duration timeout(String key, long valueMs, long leastMs) {
        if (valueMs < leastMs || valueMs > 600_000) {
            throw refused(key, Long.toString(valueMs), leastMs + " to 600000");
        }
        return Duration.ofMillis(valueMs);
    }

    private static RuntimeException refused(String key, String value, String allowed) {
        return HypervisorError.BAD_DEFINITION.error(
                "Configuration key " + key + " has the value '" + value + "'",
                "allowed is " + allowed,
                "correct the key in the node's configuration");
    }
}
