package org.serai.hypervisor.qemu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;

/** Which of the machines that this backend started has a disk at which target. */
final class Occupants {
    private final Map<String, Stay> stays = new ConcurrentHashMap<>();

    /** A machine's time at its targets, from before its process begins until that has ended. */
    final class Stay {
        private final UUID machine;
        private final List<String> targets;

        private Stay(UUID machine, List<String> targets) {
            this.machine = machine;
            this.targets = targets;
        }

        /** Ends it; a later start that is at the same target stays. */
        void end() {
            targets.forEach(target -> stays.remove(target, this));
        }
    }

    Stay begin(MachineSpec spec) {
        List<String> targets =
                spec.disks().stream().map(IscsiDisk::target).distinct().toList();
        Stay stay = new Stay(spec.id(), targets);
        targets.forEach(target -> stays.put(target, stay));
        return stay;
    }

    Optional<UUID> at(String target) {
        return Optional.ofNullable(stays.get(target)).map(stay -> stay.machine);
    }
}
