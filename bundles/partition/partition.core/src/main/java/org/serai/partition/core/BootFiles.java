package org.serai.partition.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;

/** Kernels and initial RAM disks by their SHA-256. */
final class BootFiles {
    /** Whoever writes to a file or puts another one in its place changes one of these, and cannot set them back. */
    private static final String IDENTITY = "unix:dev,ino,size,ctime";

    private final Map<Map<String, Object>, String> known = new ConcurrentHashMap<>();

    /** Refuses a partition one of whose files is not the one that it was defined with. */
    void check(LparRow row) {
        same(row, "kernel", Path.of(row.kernel()), row.kernelSha256());
        same(row, "initial RAM disk", Path.of(row.initrd()), row.initrdSha256());
    }

    private void same(LparRow row, String role, Path file, String sha256) {
        if (!knownSha256(role, file).equals(sha256)) {
            throw PartitionError.BAD_DEFINITION.error(
                    "The " + role + " of partition " + row.name() + " is another one than when it was defined",
                    "the SHA-256 of " + file + " on this node is not " + sha256,
                    "put the right file there, or define the partition anew");
        }
    }

    private String knownSha256(String role, Path file) {
        try {
            Map<String, Object> before = Files.readAttributes(file, IDENTITY);
            String sha256 = known.get(before);
            if (sha256 == null) {
                sha256 = sha256(role, file);
                if (Files.readAttributes(file, IDENTITY).equals(before)) {
                    known.put(before, sha256);
                }
            }
            return sha256;
        } catch (IOException e) {
            throw unreadable(role, file, e);
        }
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
            throw unreadable(role, file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static RuntimeException unreadable(String role, Path file, IOException e) {
        return PartitionError.BAD_DEFINITION.error(
                "The " + role + " cannot be read",
                file + ": " + e.getClass().getSimpleName(),
                "name a file that this node can read",
                e);
    }
}
