package org.serai.hypervisor.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.serai.contracts.hypervisor.StateCaptureContract;
import org.serai.contracts.hypervisor.TestGuest;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;

/** QEMU keeps the contract, with real processes and a real kernel. */
class QemuContractTest extends StateCaptureContract {
    private static final TestGuest GUEST = TestGuest.build();
    private static final QemuHypervisor QEMU = new QemuHypervisor(settings());

    static Settings settings() {
        return new Settings(
                "qemu-system-x86_64",
                Settings.Accelerator.TCG,
                Optional.empty(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30));
    }

    @Override
    protected Hypervisor hypervisor() {
        return QEMU;
    }

    @Override
    protected StateCapture capture() {
        return QEMU;
    }

    @Override
    protected Path kernel() {
        return GUEST.kernel();
    }

    @Override
    protected Path initrd() {
        return GUEST.initrd();
    }
}
