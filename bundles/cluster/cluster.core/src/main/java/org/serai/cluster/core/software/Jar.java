package org.serai.cluster.core.software;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.serai.cluster.ClusterBundles;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;

/** A bundle's file. */
record Jar(String symbolicName, String version, String sha256, byte[] content) {
    /** Reads a file; fails unless it is a bundle of a size that is stored. */
    static Jar read(Path file) {
        try {
            if (Files.size(file) > ClusterBundles.SIZE_BYTES_MAX) {
                throw bad(
                        file,
                        "it has " + Files.size(file) + " bytes, and " + ClusterBundles.SIZE_BYTES_MAX
                                + " may be stored");
            }
            byte[] content = Files.readAllBytes(file);
            Manifest manifest = manifest(content)
                    .orElseThrow(() -> bad(file, "it is no jar, or its manifest is not its first entry"));
            String name = Optional.ofNullable(manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME))
                    .map(value -> value.split(";")[0].strip())
                    .orElseThrow(() -> bad(file, "its manifest names no " + Constants.BUNDLE_SYMBOLICNAME));
            String version = manifest.getMainAttributes().getValue(Constants.BUNDLE_VERSION);
            return new Jar(name, Version.parseVersion(version).toString(), sha256(content), content);
        } catch (IOException | IllegalArgumentException failed) {
            throw bad(file, failed.toString());
        }
    }

    private static Optional<Manifest> manifest(byte[] content) throws IOException {
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(content))) {
            return Optional.ofNullable(jar.getManifest());
        }
    }

    private static SeraiException bad(Path file, String cause) {
        return ClusterError.BAD_BUNDLE.error(
                file + " cannot be a bundle of the cluster", cause, "give the jar of a bundle");
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
