package org.serai.launcher.nodes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The script {@code launcher/serai} of one checkout.
 *
 * @param environment added to this process's own
 */
public record Script(Path serai, Map<String, String> environment) {
    /** The script of the checkout that this class was built in, as the script itself tells by {@code serai.project}. */
    public static Script ofThisCheckout() {
        String home = System.getProperty("serai.project");
        if (home == null) {
            throw new IllegalStateException("serai.project is not set: start this by launcher/serai");
        }
        return new Script(Path.of(home, "launcher", "serai"), Map.of());
    }

    /**
     * Runs the script and returns its standard output.
     *
     * @param progress is given each line of its error stream as it comes
     * @throws CommandFailed if its exit code is not 0
     */
    public String run(Consumer<String> progress, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(serai.toString());
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            StringBuilder said = new StringBuilder();
            CompletableFuture<Void> errors = CompletableFuture.runAsync(
                    () -> process.errorReader().lines().forEach(line -> {
                        said.append(line).append('\n');
                        progress.accept(line);
                    }),
                    task -> Thread.ofVirtual().start(task));
            String out;
            try (InputStream stream = process.getInputStream()) {
                out = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
            int exitCode = process.waitFor();
            errors.join();
            if (exitCode != 0) {
                throw new CommandFailed("serai " + String.join(" ", arguments), exitCode, out + said);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a command ran", e);
        }
    }
}
