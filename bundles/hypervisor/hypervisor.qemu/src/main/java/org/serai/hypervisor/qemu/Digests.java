package org.serai.hypervisor.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.hypervisor.HypervisorError;

/** SHA-256 of kernels and initial RAM disks, kept as long as a file's size and time stay. */
final class Digests {
    private record Key(Path file, long sizeBytes, FileTime modified) {}

    private final Map<Key, String> known = new ConcurrentHashMap<>();

    String sha256(Path file) {
        try {
            Path real = file.toRealPath();
            return known.computeIfAbsent(
                    new Key(real, Files.size(real), Files.getLastModifiedTime(real)), key -> digest(key.file()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String digest(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static RuntimeException unreadable(Path file, IOException e) {
        return HypervisorError.BAD_DEFINITION.error(
                "The digest of " + file + " cannot be made", String.valueOf(e.getMessage()), "correct the path", e);
    }
}
