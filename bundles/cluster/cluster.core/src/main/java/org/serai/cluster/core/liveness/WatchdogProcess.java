package org.serai.cluster.core.liveness;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** One running watchdog process and the lines to and from it; their form is told at the head of watchdog.c. */
final class WatchdogProcess implements WatchdogLink {
    private final Process process;
    private final CompletableFuture<Long> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> goodbye = new CompletableFuture<>();

    private WatchdogProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a watchdog.
     *
     * @param renewed is told the start of each renewal that the watchdog acknowledges
     * @param lost is told once, why, when the process has ended
     */
    static WatchdogLink start(List<String> command, Path errors, LongConsumer renewed, Consumer<WatchdogLink> lost)
            throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
                .start();
        var link = new WatchdogProcess(process);
        Thread.ofPlatform().daemon().name("watchdog").start(() -> {
            link.read(renewed);
            lost.accept(link);
        });
        return link;
    }

    private void read(LongConsumer renewed) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                switch (words[0]) {
                    case "ok" -> renewed.accept(Long.parseLong(words[1]));
                    case "ready" -> ready.complete(Long.parseLong(words[2]));
                    case "bye" -> goodbye.complete(null);
                    default -> throw new IOException("the watchdog said: " + line);
                }
            }
        } catch (IOException | RuntimeException failed) {
            process.destroyForcibly();
            ready.completeExceptionally(failed);
        }
        ready.completeExceptionally(new IOException("the watchdog has ended"));
        goodbye.completeExceptionally(new IOException("the watchdog has ended"));
    }

    @Override
    public long awaitReadyNs(long timeoutMs) throws IOException {
        return await(ready, timeoutMs);
    }

    @Override
    public void sayGoodbye(long timeoutMs) throws IOException {
        send("bye");
        await(goodbye, timeoutMs);
    }

    @Override
    public void feed(long startNs) throws IOException {
        send("renew " + startNs);
    }

    private synchronized void send(String line) throws IOException {
        var out = process.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static <T> T await(CompletableFuture<T> answer, long timeoutMs) throws IOException {
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException("no answer for " + timeoutMs + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void destroy() {
        process.destroyForcibly();
    }

    @Override
    public int exitCode() {
        return process.onExit().join().exitValue();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }
}
