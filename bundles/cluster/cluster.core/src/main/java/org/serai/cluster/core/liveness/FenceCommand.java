package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command that turns a host off. It is given the node's name as its last argument; exit code 0 says that the node is
 * off now, and everything else that this is not known.
 *
 * @param command the program and its arguments
 * @param timeoutMs after this time it is killed and counts as failed
 */
public record FenceCommand(List<String> command, long timeoutMs) implements PowerFence {
    private static final Logger LOG = LoggerFactory.getLogger(FenceCommand.class);
    private static final int SHOWN_AT_MOST = 400;

    @Override
    public Optional<String> fence(String node) {
        List<String> line = new ArrayList<>(command);
        line.add(node);
        LOG.warn("power fencing of node {}: {}", node, String.join(" ", line));
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = CompletableFuture.supplyAsync(() -> read(process));
            if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                LOG.error("power fencing of node {} did not end within {} ms and was killed", node, timeoutMs);
                return Optional.empty();
            }
            var said = output.completeOnTimeout("", 1, TimeUnit.SECONDS).join();
            if (process.exitValue() == 0) {
                LOG.warn("power fencing of node {} succeeded: {}", node, said);
                return Optional.of(command.getFirst() + " " + node + " ended with 0");
            }
            LOG.error("power fencing of node {} failed with {}: {}", node, process.exitValue(), said);
        } catch (IOException failed) {
            LOG.error("power fencing of node {} cannot be run: {}", node, failed.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            LOG.error("power fencing of node {} was interrupted", node);
        }
        return Optional.empty();
    }

    private static String read(Process process) {
        try (var in = process.getInputStream()) {
            var text = new String(in.readNBytes(SHOWN_AT_MOST), StandardCharsets.UTF_8).strip();
            in.transferTo(OutputStream.nullOutputStream());
            return text;
        } catch (IOException ended) {
            return "its output cannot be read: " + ended.getMessage();
        }
    }
}
