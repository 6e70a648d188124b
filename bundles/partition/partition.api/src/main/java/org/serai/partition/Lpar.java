package org.serai.partition;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A partition as the cluster knows it now.
 *
 * @param node the name of the node that runs it, or last ran it
 * @param epoch rises whenever another start may run it
 * @param consoleLog the file of its serial console, of its present or last run, if that is or was on the node that is asked
 * @param image its hibernation image
 */
public record Lpar(
        UUID id,
        String name,
        String client,
        LparState state,
        Optional<String> node,
        long epoch,
        String hypervisor,
        Optional<String> accelerator,
        long memoryBytes,
        int cpus,
        List<Adapter> adapters,
        Optional<String> consoleLog,
        Optional<Image> image) {
    /**
     * A virtual SCSI adapter.
     *
     * @param id unique in the cluster for ever
     * @param drcName its location code, relative to the CEC that runs the partition
     */
    public record Adapter(long id, String drcName, int slot, List<String> lus) {}

    /**
     * A hibernation image.
     *
     * @param stateBytes the length of the captured state before compression
     * @param storedBytes what it takes in the LU
     */
    public record Image(String lu, long stateBytes, long storedBytes, String sha256) {}
}
