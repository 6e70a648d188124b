package org.serai.cluster.core.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;

/**
 * An instance directory and the node that lives in it.
 *
 * @param directory the instance directory
 * @param node the VIOS UUID, made once
 * @param fingerprint of the directory itself: a copy of it has another one
 */
public record Instance(Path directory, UUID node, String fingerprint) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the node's identity, or makes it if the directory has none. */
    public static Instance open(Path directory, Supplier<UUID> random) {
        var file = new DurableFile(directory.resolve("identity").resolve("node.json"));
        try {
            if (file.read().isEmpty()) {
                file.write(JSON.writeValueAsBytes(new NodeFile(random.get())));
            }
            var node = JSON.readValue(file.read().orElseThrow(), NodeFile.class);
            return new Instance(directory, node.id(), fingerprint(directory.resolve("identity")));
        } catch (IOException failed) {
            throw ClusterError.BAD_IDENTITY.error(
                    "The identity of this node cannot be read or made",
                    file.path() + ": " + failed.getMessage(),
                    "restore the file; a node whose identity is lost is a new node, and needs a new instance directory",
                    failed);
        }
    }

    /** The folder of sockets, locks and lists of the running node. */
    public Path run() {
        return directory.resolve("run");
    }

    /** A file of the identity. */
    public DurableFile identity(String name) {
        return new DurableFile(directory.resolve("identity").resolve(name));
    }

    private static String fingerprint(Path identity) throws IOException {
        var machine = Path.of("/etc/machine-id");
        var text = String.join(
                "|",
                identity.toRealPath().toString(),
                Files.getAttribute(identity, "unix:ino").toString(),
                Files.isReadable(machine) ? Files.readString(machine).strip() : "");
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The form of {@code node.json}. */
    record NodeFile(UUID id) {}
}
