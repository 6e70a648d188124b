package org.serai.launcher.instance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.serai.platform.PlatformError;

/** A node's configuration file. Each change is on disk, whole or not at all, before it is in force. */
public final class ConfigFile {
    private final Path path;
    private ConfigText text;

    private ConfigFile(Path path, ConfigText text) {
        this.path = path;
        this.text = text;
    }

    /** Reads a file; {@link PlatformError#BAD_CONFIGURATION} says in which line it is wrong. */
    public static ConfigFile read(Path path) {
        try {
            return new ConfigFile(path, new ConfigText(Files.readString(path)));
        } catch (IOException e) {
            throw PlatformError.BAD_CONFIGURATION.error(
                    "The configuration file " + path + " cannot be read",
                    e.getMessage().lines().findFirst().orElse(e.toString()),
                    "mend the file, or delete it and start with the defaults",
                    e);
        }
    }

    /** PIDs with their properties; a value is a String, Long, Double, Boolean or String[]. */
    public synchronized Map<String, Map<String, Object>> values() {
        return text.values();
    }

    /** Sets a property. */
    public synchronized void set(String pid, String property, Object value) throws IOException {
        replace(text.with(pid, property, value));
    }

    /** Takes a property out. */
    public synchronized void unset(String pid, String property) throws IOException {
        replace(text.without(pid, property));
    }

    private void replace(String changed) throws IOException {
        ConfigText parsed = new ConfigText(changed); // what cannot be read back is never written
        writeDurably(path, changed);
        text = parsed;
    }

    /** Replaces a file in one step; on return the new text is on disk. */
    static void writeDurably(Path path, String changed) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(changed);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
