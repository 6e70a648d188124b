package org.serai.partition;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A partition to be defined.
 *
 * @param name unique in the cluster
 * @param client the client's name
 * @param hypervisor the backend's name; empty for the first that can run here, real ones before the simulated
 * @param append the kernel's command line; empty for a serial console
 * @param lus names of its disks in the order of their slots
 */
public record LparSpec(
        String name,
        String client,
        Optional<String> hypervisor,
        long memoryBytes,
        int cpus,
        Path kernel,
        Path initrd,
        Optional<String> append,
        List<String> lus) {}
