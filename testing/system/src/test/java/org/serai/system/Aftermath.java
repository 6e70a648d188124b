package org.serai.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.serai.launcher.nodes.NodeProcess;

/** What the nodes were when a test failed: told with the failure, and their logs are kept, for their folders are not. */
final class Aftermath {
    private static final Path KEPT = Path.of("target", "failed");
    private static final int LINES = 15;

    private Aftermath() {}

    /** Keeps the logs in {@code target/failed}, and returns the failure with a line about each node. */
    static AssertionError of(Throwable failure, ExtensionContext context, List<NodeProcess> nodes) {
        String test = context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
        String told = nodes.stream()
                .filter(node -> Files.isDirectory(node.instance()))
                .map(node -> node.instance().getFileName() + ": " + state(node) + kept(node, KEPT.resolve(test)))
                .collect(Collectors.joining("; "));
        return new AssertionError(failure + " [" + told + "]", failure);
    }

    private static String state(NodeProcess node) {
        try {
            JsonNode status = node.status();
            return status.path("state").asText() + " " + node.pids();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static String kept(NodeProcess node, Path folder) {
        Path to = folder.resolve(node.instance().getFileName());
        Path logs = node.instance().resolve("logs");
        try (Stream<Path> files = Files.walk(logs)) {
            Files.createDirectories(to);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                Files.write(to.resolve(file.getFileName()), bytes);
            }
            List<String> last = Files.readAllLines(logs.resolve("serai.log"));
            System.out.println(
                    "THE LAST OF " + node.instance().getFileName() + ", all of which is in " + to.toAbsolutePath());
            last.stream().skip(Math.max(0, last.size() - LINES)).forEach(System.out::println);
            return "";
        } catch (IOException e) {
            return " (its logs were not kept: " + e + ")";
        }
    }
}
