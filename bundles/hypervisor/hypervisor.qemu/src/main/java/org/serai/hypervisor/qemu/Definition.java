package org.serai.hypervisor.qemu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineSpec.IscsiDisk;

/** Checks a definition before a process is made of it. */
final class Definition {
    /** A virtio-scsi adapter's last target number. */
    private static final int SLOT_MAX = 255;

    private static final int CPUS_MAX = 255;
    private static final long MEMORY_GRAIN_BYTES = 1 << 20;

    private Definition() {}

    static void check(MachineSpec spec) {
        if (spec.memoryBytes() < MEMORY_GRAIN_BYTES || spec.memoryBytes() % MEMORY_GRAIN_BYTES != 0) {
            throw bad(spec, "memory is " + spec.memoryBytes() + " bytes", "give a multiple of 1 MiB");
        }
        if (spec.cpus() < 1 || spec.cpus() > CPUS_MAX) {
            throw bad(spec, "it has " + spec.cpus() + " CPUs", "give 1 to " + CPUS_MAX);
        }
        checkFile(spec, "kernel", spec.kernel());
        checkFile(spec, "initrd", spec.initrd());
        if (!Files.isDirectory(spec.directory())) {
            throw bad(spec, "its directory " + spec.directory() + " is not there", "make it with mode 0700");
        }
        Set<Integer> slots = new HashSet<>();
        for (IscsiDisk disk : spec.disks()) {
            checkDisk(spec, disk);
            if (!slots.add(disk.slot())) {
                throw bad(spec, "two disks are in slot " + disk.slot(), "give each its own slot");
            }
        }
    }

    private static void checkDisk(MachineSpec spec, IscsiDisk disk) {
        if (disk.slot() < 0 || disk.slot() > SLOT_MAX) {
            throw bad(spec, "a disk is in slot " + disk.slot(), "give 0 to " + SLOT_MAX);
        }
        if (!disk.portal().matches("\\S+:[0-9]{1,5}")) {
            throw bad(spec, "the portal '" + disk.portal() + "' is not HOST:PORT", "correct the portal");
        }
        if (disk.target().isBlank() || disk.initiator().isBlank()) {
            throw bad(spec, "the disk in slot " + disk.slot() + " lacks an IQN", "name target and initiator");
        }
        if (disk.chapUser().isBlank() || disk.chapSecret().isBlank()) {
            throw bad(
                    spec,
                    "the disk in slot " + disk.slot() + " has no CHAP user and secret",
                    "make a secret for this start: nothing else proves who the partition is");
        }
    }

    private static void checkFile(MachineSpec spec, String what, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw bad(spec, "its " + what + " " + file + " is not a readable file", "correct the path");
        }
    }

    private static RuntimeException bad(MachineSpec spec, String cause, String action) {
        return HypervisorError.BAD_DEFINITION.error(
                "Machine " + spec.name() + " cannot be made by QEMU", cause, action);
    }
}
