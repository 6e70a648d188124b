package org.serai.hypervisor.spi;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;

/** A hypervisor backend: a service with the property {@code hypervisor.backend}. */
@ConsumerType
public interface Hypervisor {
    /** Whether machines can run here, with what; cached after the first call, which may take seconds. */
    Host host();

    /**
     * Makes a machine that is loaded and paused: its disks are logged in, no guest instruction has run.
     *
     * @throws org.serai.ffdc.SeraiException {@link org.serai.hypervisor.HypervisorError#START_FAILED} with what the
     *     hypervisor said; no process is left
     */
    Machine start(MachineSpec spec);

    /** What machine state made from that definition here can be restored with. */
    Compatibility compatibility(MachineSpec spec);

    /**
     * Which machine has a disk at a virtual adapter, from before its process can log in there until that has ended. This
     * is what the hypervisor knows of the processes that it started itself; no guest can change it.
     *
     * @param target the adapter's target, as in {@link MachineSpec.IscsiDisk#target}
     * @return the id of the machine's definition; empty if none runs there
     */
    Optional<UUID> machineAt(String target);

    /**
     * Where the console log of a machine is that had this directory, whether it still runs or not. The file need not be
     * there; empty if this backend keeps none.
     */
    default Optional<Path> consoleLog(Path directory) {
        return Optional.empty();
    }

    /**
     * What a host can do.
     *
     * @param available whether machines can run
     * @param version the hypervisor's product and version
     * @param accelerator for example {@code tcg} or {@code kvm}
     * @param missing what is missing and how to get it, one sentence; empty if available
     */
    record Host(boolean available, String version, String accelerator, String missing) {}
}
