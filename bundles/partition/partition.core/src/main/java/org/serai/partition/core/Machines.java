package org.serai.partition.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.serai.hypervisor.MachineSpec;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;

/** What a machine is made of on this node: the definition, its directory, and files that are still the same. */
final class Machines {
    private final PartitionContext context;

    Machines(PartitionContext context) {
        this.context = context;
    }

    /** Refuses a partition that cannot run here, before anything is changed. */
    void check(LparRow row) {
        context.hypervisors().able(row.hypervisor());
        same(row, "kernel", Path.of(row.kernel()), row.kernelSha256());
        same(row, "initial RAM disk", Path.of(row.initrd()), row.initrdSha256());
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
                    "the directory of partition " + row.name() + " cannot be made",
                    e.toString(),
                    "look at the file system of " + directory,
                    e);
        }
    }

    private Path directory(UUID lpar) {
        return context.directory().resolve(lpar.toString());
    }

    /** The SHA-256 of a file that a definition names. */
    static String sha256(String role, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream all = new DigestInputStream(in, digest)) {
                all.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw PartitionError.BAD_DEFINITION.error(
                    "the " + role + " cannot be read",
                    file + ": " + e.getClass().getSimpleName(),
                    "name a file that this node can read",
                    e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void same(LparRow row, String role, Path file, String sha256) {
        if (!sha256(role, file).equals(sha256)) {
            throw PartitionError.BAD_DEFINITION.error(
                    "the " + role + " of partition " + row.name() + " is another one than when it was defined",
                    "the SHA-256 of " + file + " on this node is not " + sha256,
                    "put the right file there, or define the partition anew");
        }
    }
}
