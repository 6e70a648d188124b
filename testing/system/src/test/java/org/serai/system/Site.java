package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;

/** Some nodes in a temporary folder, all of which are killed at the end, whatever happened. */
final class Site implements AfterAllCallback, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    static {
        // What is waited for is asked of nodes by commands, each of which is some processes.
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(250));
    }

    private final Script script = Script.ofThisCheckout();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final Path folder = newFolder();

    Path folder() {
        return folder;
    }

    /** A node that is not started yet. */
    NodeProcess node(String name) {
        return node(name, Map.of());
    }

    /** As {@link #node(String)}, with variables of the environment. */
    NodeProcess node(String name, Map<String, String> environment) {
        return node(name, new Script(script.serai(), environment));
    }

    /** As {@link #node(String)}, on a host of its own. */
    NodeProcess node(String name, Host host) {
        return node(name, new Script(host.running(folder, script.serai()), Map.of()));
    }

    private NodeProcess node(String name, Script serai) {
        NodeProcess node = new NodeProcess(serai, folder.resolve(name));
        nodes.add(node);
        return node;
    }

    /** Starts a node with a made-up CEC. */
    NodeProcess started(String name) {
        NodeProcess node = node(name);
        start(node, name);
        return node;
    }

    /** A node that sees mounts of its own, so that it can lose what others still see; it is started with a made-up CEC. */
    NodeProcess startedApart(String name) {
        Path wrapper = folder.resolve(name + ".sh");
        try {
            Files.writeString(
                    wrapper, "#!/bin/sh\nexec unshare --mount --propagation private '" + script.serai() + "' \"$@\"\n");
            Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        NodeProcess node = new NodeProcess(new Script(wrapper, Map.of()), folder.resolve(name));
        nodes.add(node);
        start(node, name);
        return node;
    }

    private static void start(NodeProcess node, String name) {
        node.start("node.name=" + name, "cec.serial=" + name.toUpperCase(), "cec.type=9009", "cec.model=22A");
    }

    /** Two nodes in one cluster with a pool of 256 MiB and a client, both of which know of all that. */
    List<NodeProcess> cluster(String a, String b) {
        NodeProcess first = started(a);
        NodeProcess second = started(b);
        String token = first.json("cluster:create site").path("token").asText();
        second.exec("cluster:join " + token);
        first.exec("pool:create pool1 --pv " + folder.resolve("pv-" + a) + ":1G");
        first.exec("client:create acme");
        await().untilAsserted(
                        () -> assertThat(second.json("client:list").toString()).contains("acme"));
        for (NodeProcess asked : List.of(first, second)) {
            for (String name : List.of(a, b)) {
                awaitAnswer(asked, name);
            }
        }
        return List.of(first, second);
    }

    /** Until a node sees another one alive, gets its answer, and that one may serve. */
    static void awaitAnswer(NodeProcess asked, String name) {
        await().untilAsserted(() -> {
            JsonNode info = asked.json("node:info " + name);
            assertThat(info.path("node").path("state").asText())
                    .as(name + " at " + asked.instance())
                    .isEqualTo("alive");
            assertThat(info.path("live").path("fence_open").asBoolean())
                    .as(info.toString())
                    .isTrue();
        });
    }

    /**
     * Runs a command until it is not refused, and returns what it says. A node that was held up for some seconds counts
     * anew how long others are silent: it takes one that it has called dead for a living one until then.
     */
    static JsonNode accepted(NodeProcess node, String command) {
        return await().ignoreException(CommandFailed.class).until(() -> node.json(command), Objects::nonNull);
    }

    /** The guest's kernel and initial RAM disk, built by launcher/guest/build.sh before the tests. */
    static String guestOptions() {
        Path guest = Path.of(System.getProperty("serai.project"), "launcher", "target", "guest");
        return " --kernel " + guest.resolve("vmlinux") + " --initrd " + guest.resolve("initrd.img");
    }

    /** Runs a command that has to fail, and returns its error. */
    static JsonNode error(NodeProcess node, String command) {
        try {
            String out = node.exec(command + " --json");
            throw new AssertionError(command + " did not fail but printed " + out);
        } catch (CommandFailed failed) {
            try {
                return new ObjectMapper().readTree(failed.output()).path("error");
            } catch (IOException e) {
                throw new AssertionError(command + " did not print an error in JSON but " + failed.output(), e);
            }
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        throw Aftermath.of(failure, context, nodes);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) {
        throw Aftermath.of(failure, context, nodes);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        for (NodeProcess node : nodes) {
            if (Files.isDirectory(node.instance())) {
                node.killEverything();
            }
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(Path.of("/var/tmp"), "serai-system.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
