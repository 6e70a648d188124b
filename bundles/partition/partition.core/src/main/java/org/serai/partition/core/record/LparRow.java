package org.serai.partition.core.record;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.partition.LparState;

/**
 * A partition.
 *
 * @param node the node that runs it or ran it last
 * @param epoch the epoch of its ownership under which it was started last
 * @param hypervisor the backend
 * @param accelerator what it last ran with, empty before its first start
 */
@Table("lpar")
public record LparRow(
        UUID id,
        String name,
        long client,
        LparState state,
        Optional<UUID> node,
        long epoch,
        String hypervisor,
        String accelerator,
        long memoryBytes,
        int cpus,
        String kernel,
        String kernelSha256,
        String initrd,
        String initrdSha256,
        String append) {
    /** The object that whoever runs the partition owns. */
    public String object() {
        return "lpar:" + id;
    }

    /** The row in another state. */
    public LparRow in(LparState next) {
        return new LparRow(
                id,
                name,
                client,
                next,
                node,
                epoch,
                hypervisor,
                accelerator,
                memoryBytes,
                cpus,
                kernel,
                kernelSha256,
                initrd,
                initrdSha256,
                append);
    }

    /** The row of a partition that a node is about to run. */
    public LparRow on(UUID where, String with) {
        return new LparRow(
                id,
                name,
                client,
                state,
                Optional.of(where),
                epoch,
                hypervisor,
                with,
                memoryBytes,
                cpus,
                kernel,
                kernelSha256,
                initrd,
                initrdSha256,
                append);
    }

    /** The row with the epoch of a new start, which voids every image made under an earlier one. */
    public LparRow under(long newEpoch) {
        return new LparRow(
                id,
                name,
                client,
                state,
                node,
                newEpoch,
                hypervisor,
                accelerator,
                memoryBytes,
                cpus,
                kernel,
                kernelSha256,
                initrd,
                initrdSha256,
                append);
    }
}
