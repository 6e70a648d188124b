package org.serai.launcher.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.serai.platform.PlatformError;

/** The directory of one node: everything that it keeps lies under it. */
public record Instance(Path directory) {
    private static final List<String> FOLDERS = List.of("logs", "deploy");

    /** With keys, secrets in settings, and sockets: for the node's user alone. */
    private static final List<String> PRIVATE_FOLDERS = List.of("identity", "run", "config", "cache");

    /** The instance at that path, made absolute. */
    public static Instance at(String path) {
        return new Instance(Path.of(path).toAbsolutePath().normalize());
    }

    /** Makes what of the layout is missing. */
    public void makeFolders() {
        try {
            for (String folder : FOLDERS) {
                Files.createDirectories(directory.resolve(folder));
            }
            for (String folder : PRIVATE_FOLDERS) {
                Path made = Files.createDirectories(directory.resolve(folder));
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The instance directory " + directory + " cannot be made",
                    e.toString(),
                    "give a directory on a local POSIX file system that you may write",
                    e);
        }
    }

    /** The node's configuration. */
    public Path configuration() {
        return directory.resolve("config/serai.json");
    }

    /** The names of the features that the instance runs. */
    public Path features() {
        return directory.resolve("config/features");
    }

    /** Logs. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** What can be deleted while the node is stopped. */
    public Path cache() {
        return directory.resolve("cache");
    }

    /** Bundles dropped here are installed at once. */
    public Path deploy() {
        return directory.resolve("deploy");
    }

    /** Sockets, lock and status of the running node. */
    public Path run() {
        return directory.resolve("run");
    }

    /** A node name made of the directory's name: letters, digits, dot and hyphen. */
    public String defaultNodeName() {
        Path last = directory.getFileName();
        String name = (last == null ? "" : last.toString())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.-]+", "-")
                .replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
        return name.isEmpty() ? "node" : name.substring(0, Math.min(name.length(), 63));
    }
}
