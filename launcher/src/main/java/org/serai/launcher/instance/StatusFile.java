package org.serai.launcher.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What the running node says of itself, one line of JSON in {@code run/status.json}. The process's start time stands
 * beside its pid, so that a pid given anew to another process is not taken for the node.
 */
public final class StatusFile {
    private final Instance instance;
    private final String node;
    private final long startedAtMs = System.currentTimeMillis();

    /** A status file of a node. */
    public StatusFile(Instance instance, String node) {
        this.instance = instance;
        this.node = node;
    }

    /** Says in what state the node is: {@code starting}, {@code running}, {@code stopping}, {@code stopped}. */
    public void write(String state) throws IOException {
        Path status = instance.run().resolve("status.json");
        Path next = instance.run().resolve("status.json.new");
        Files.writeString(
                next,
                "{\"pid\": %d, \"process_start_ticks\": %s, \"node\": %s, \"state\": %s, \"started_at_ms\": %d, \"instance\": %s}%n"
                        .formatted(
                                ProcessHandle.current().pid(),
                                startTicks(),
                                quote(node),
                                quote(state),
                                startedAtMs,
                                quote(instance.directory().toString())));
        Files.move(next, status, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Field 22 of {@code /proc/self/stat}, proc(5); what follows the command's closing bracket begins with field 3. */
    private static String startTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
