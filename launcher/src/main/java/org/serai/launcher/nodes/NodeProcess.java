package org.serai.launcher.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A node in a process of its own, driven by the script as an operator does. */
public final class NodeProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOT_RUNNING = 3;

    private final Script script;
    private final Path instance;

    /** A node of that instance directory, which need not exist yet. */
    public NodeProcess(Script script, Path instance) {
        this.script = script;
        this.instance = instance;
    }

    /** The instance directory. */
    public Path instance() {
        return instance;
    }

    /** Starts it in the background; returns when it is ready, with what is said of that. */
    public String start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of("run", "--instance", instance.toString(), "--background"));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return script.run(line -> {}, arguments.toArray(String[]::new));
    }

    /** Runs a command in its shell and returns what it prints. */
    public String exec(String command) {
        return exec(command, line -> {});
    }

    /** As {@link #exec(String)}, with each line of progress as it comes. */
    public String exec(String command, Consumer<String> progress) {
        return script.run(progress, "exec", "--instance", instance.toString(), command);
    }

    /** Runs a command with {@code --json} and returns the result. */
    public JsonNode json(String command) {
        return json(command, line -> {});
    }

    /** As {@link #json(String)}, with each line of progress as it comes. */
    public JsonNode json(String command, Consumer<String> progress) {
        return parse(exec(command + " --json", progress));
    }

    /** What {@code serai status --json} says, of a node that does not run too. */
    public JsonNode status() {
        try {
            return parse(script.run(line -> {}, "status", "--instance", instance.toString(), "--json"));
        } catch (CommandFailed notRunning) {
            if (notRunning.exitCode() == NOT_RUNNING) {
                return parse(notRunning.output());
            }
            throw notRunning;
        }
    }

    /** Stops it in an orderly way. */
    public void stop() {
        script.run(line -> {}, "stop", "--instance", instance.toString());
    }

    /** The pids of the node, its watchdog and its hypervisors that are alive now. */
    public Set<Long> pids() {
        Set<Long> pids = new LinkedHashSet<>();
        JsonNode status = status();
        if (status.hasNonNull("pid")) {
            pids.add(status.path("pid").asLong());
        }
        if (status.hasNonNull("watchdog_pid")) {
            pids.add(status.path("watchdog_pid").asLong());
        }
        Path guarded = instance.resolve("run").resolve("guarded");
        if (Files.exists(guarded)) {
            try {
                Files.readAllLines(guarded).stream()
                        .filter(line -> line.matches("\\d.*"))
                        .forEach(line -> pids.add(Long.parseLong(line.strip().split("\\s+")[0])));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        pids.removeIf(pid -> ProcessHandle.of(pid).isEmpty());
        return pids;
    }

    /** Sends SIGKILL to the node, its watchdog and its hypervisors, and returns when all of them are gone. */
    public Set<Long> killEverything() {
        Set<Long> pids = pids();
        List<ProcessHandle> handles =
                pids.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
        handles.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle handle : handles) {
            await(handle);
        }
        return pids;
    }

    private static void await(ProcessHandle handle) {
        try {
            handle.onExit().get(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a process ended", e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("process " + handle.pid() + " did not end after SIGKILL", e);
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + text, e);
        }
    }
}
