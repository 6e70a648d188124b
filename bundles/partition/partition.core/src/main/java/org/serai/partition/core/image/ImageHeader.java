package org.serai.partition.core.image;

import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/**
 * What an image is of: enough to make the same machine again, without the database.
 *
 * @param lpar the partition
 * @param epoch the partition's epoch in which the state was captured
 * @param node the node that captured it
 * @param incarnation that node's incarnation
 * @param definition what the machine was made of
 * @param adapters the virtual adapter configuration
 * @param compatibility the hypervisor's facts that must be equal where the state is restored
 */
public record ImageHeader(
        UUID lpar,
        String name,
        long client,
        long epoch,
        UUID node,
        UUID incarnation,
        Definition definition,
        List<Adapter> adapters,
        SortedMap<String, String> compatibility) {
    /** What the machine was made of. */
    public record Definition(
            String hypervisor, long memoryBytes, int cpus, String kernelSha256, String initrdSha256, String append) {}

    /** A virtual SCSI adapter with what was mapped to it. */
    public record Adapter(long id, int slot, String drcName, List<Disk> disks) {}

    /**
     * A mapped LU.
     *
     * @param lockEpoch the epoch of the lock under which the partition used it last
     */
    public record Disk(int lun, UUID lu, String name, long sizeBytes, long lockEpoch) {}
}
