package org.serai.hypervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Everything that makes a machine, so that the same machine can be made again elsewhere.
 *
 * @param id the partition's UUID
 * @param name for the hypervisor's own displays
 * @param memoryBytes guest memory
 * @param cpus virtual CPUs
 * @param kernel a kernel image that the hypervisor loads itself
 * @param initrd its initial RAM disk
 * @param append the kernel's command line
 * @param disks in the order of their slots
 * @param directory where the backend may keep sockets, logs and secrets of this start; of this node alone, mode 0700
 * @param guarded what goes before the command line of the hypervisor's process, see {@code Fence.guarded()}
 */
public record MachineSpec(
        UUID id,
        String name,
        long memoryBytes,
        int cpus,
        Path kernel,
        Path initrd,
        String append,
        List<IscsiDisk> disks,
        Path directory,
        List<String> guarded) {
    /**
     * A virtual SCSI disk, reached by iSCSI.
     *
     * @param portal {@code host:port}
     * @param target the target's IQN
     * @param initiator the IQN by which the hypervisor logs in
     * @param chapUser CHAP user
     * @param chapSecret CHAP secret of this start; never on a command line, never in a log
     */
    public record IscsiDisk(
            int slot, String portal, String target, int lun, String initiator, String chapUser, String chapSecret) {
        @Override
        public String toString() {
            return "IscsiDisk[slot=" + slot + ", portal=" + portal + ", target=" + target + ", lun=" + lun + "]";
        }
    }
}
