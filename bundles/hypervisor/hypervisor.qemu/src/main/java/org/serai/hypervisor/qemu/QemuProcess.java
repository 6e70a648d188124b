package org.serai.hypervisor.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A QEMU process with its monitor. Whatever happens to it, {@link #kill} leaves none behind. */
final class QemuProcess {
    private static final Logger LOG = LoggerFactory.getLogger(QemuProcess.class);
    private static final String ERRORS = "qemu.log";
    private static final int TOLD_CHARS_MAX = 1000;

    private final String name;
    private final Path directory;
    private final Process process;
    private final Qmp qmp;

    private QemuProcess(String name, Path directory, Process process, Consumer<JsonNode> onEvent) {
        this.name = name;
        this.directory = directory;
        this.process = process;
        this.qmp = new Qmp(name, process.getInputStream(), process.getOutputStream(), onEvent);
    }

    static QemuProcess launch(String name, Path directory, List<String> line, Consumer<JsonNode> onEvent)
            throws IOException {
        LOG.debug("starting {}: {}", name, line);
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectError(directory.resolve(ERRORS).toFile())
                .start();
        return new QemuProcess(name, directory, process, onEvent);
    }

    Qmp qmp() {
        return qmp;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Completes when the process has ended. */
    CompletableFuture<?> ended() {
        return process.onExit();
    }

    /** Of all its processes: what guards it may be a process of its own. */
    List<Long> pids() {
        return handles().map(ProcessHandle::pid).toList();
    }

    /** The machine's directory by a path that is short enough for a Unix socket's address (108 bytes). */
    Path workingDirectory() {
        return Path.of("/proc", Long.toString(process.pid()), "cwd");
    }

    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends it and what it started, and waits for that even if the thread is interrupted. */
    void kill() {
        List<ProcessHandle> all = handles().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        all.forEach(handle -> handle.onExit().join());
        process.onExit().join();
        LOG.debug("{} has ended", name);
    }

    private Stream<ProcessHandle> handles() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .filter(ProcessHandle::isAlive);
    }

    /** What QEMU wrote to its standard error, on one line; how it ended if it wrote nothing. */
    String told() {
        String text;
        try (Stream<String> lines = Files.lines(directory.resolve(ERRORS), StandardCharsets.UTF_8)) {
            text = lines.map(line -> line.replaceFirst("^qemu[-a-z0-9_]*: ", "").strip())
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining("; "));
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("cannot read what QEMU said in {}", directory.resolve(ERRORS), e);
            text = "";
        }
        if (text.length() > TOLD_CHARS_MAX) {
            text = "…" + text.substring(text.length() - TOLD_CHARS_MAX);
        }
        if (!text.isEmpty()) {
            return "QEMU said: " + text;
        }
        return process.isAlive()
                ? "QEMU said nothing"
                : "QEMU ended with exit code " + process.exitValue() + " and said nothing";
    }
}
