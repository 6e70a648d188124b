package org.serai.partition.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.serai.hypervisor.MachineSpec;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;

/** What a machine is made of on this node: the definition, its directory, and files that are still the same. */
final class Machines {
    private final PartitionContext context;
    private final BootFiles bootFiles = new BootFiles();

    Machines(PartitionContext context) {
        this.context = context;
    }

    /** Refuses a partition that cannot run here, before anything is changed. */
    void check(LparRow row) {
        context.hypervisors().able(row.hypervisor());
        bootFiles.check(row);
        context.fence().check();
    }

    /** The definition of the machine with its disks. */
    MachineSpec spec(LparRow row, Disks disks) {
        return new MachineSpec(
                row.id(),
                row.name(),
                row.memoryBytes(),
                row.cpus(),
                Path.of(row.kernel()),
                Path.of(row.initrd()),
                row.append(),
                disks.iscsi(),
                directory(row.id()),
                context.fence().guarded());
    }

    /** Makes the partition's directory, for this node's user alone. */
    void makeDirectory(LparRow row) {
        Path directory = directory(row.id());
        var owner = PosixFilePermissions.fromString("rwx------");
        try {
            Files.createDirectories(directory.getParent(), PosixFilePermissions.asFileAttribute(owner));
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, owner);
        } catch (IOException e) {
            throw PartitionError.OPERATION_FAILED.error(
                    "The directory of partition " + row.name() + " cannot be made",
                    e.toString(),
                    "look at the file system of " + directory,
                    e);
        }
    }

    /** The console log of a partition that this node runs or ran last, if it is still there. */
    Optional<Path> consoleLog(LparRow row) {
        return row.node()
                .filter(context.self().id()::equals)
                .flatMap(self -> context.hypervisors().find(row.hypervisor()))
                .flatMap(backend -> backend.consoleLog(directory(row.id())))
                .filter(Files::isReadable);
    }

    private Path directory(UUID lpar) {
        return context.directory().resolve(lpar.toString());
    }
}
