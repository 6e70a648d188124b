package org.serai.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.serai.launcher.nodes.NodeProcess;

/** What the nodes were when a test failed: told with the failure, and their logs are kept, for their folders are not. */
final class Aftermath {
    private static final Path KEPT = Path.of("target", "failed");
    private static final Pattern TROUBLE = Pattern.compile(" (WARN|ERROR) ");
    private static final int WIDTH = 200;

    private Aftermath() {}

    /** Keeps the logs in {@code target/failed}, and returns the failure with a line about each node. */
    static AssertionError of(Throwable failure, ExtensionContext context, List<NodeProcess> nodes) {
        String test = context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
        String told = nodes.stream()
                .filter(node -> Files.isDirectory(node.instance()))
                .map(node -> node.instance().getFileName() + ": " + state(node) + ", " + kept(node, KEPT.resolve(test)))
                .collect(Collectors.joining("; "));
        return new AssertionError(failure + " [" + told + "]", failure);
    }

    private static String state(NodeProcess node) {
        try {
            JsonNode status = node.status();
            return status.path("state").asText() + " as " + node.pids();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    /** The last trouble that a log tells of. */
    private static String kept(NodeProcess node, Path folder) {
        Path to = folder.resolve(node.instance().getFileName());
        Path logs = node.instance().resolve("logs");
        try (Stream<Path> files = Files.list(logs)) {
            Files.createDirectories(to);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
            }
            return Files.readAllLines(logs.resolve("serai.log")).stream()
                    .filter(line -> TROUBLE.matcher(line).find())
                    .reduce("no trouble", (_, later) -> later.substring(0, Math.min(later.length(), WIDTH)));
        } catch (IOException e) {
            return "its logs were not kept: " + e;
        }
    }
}
