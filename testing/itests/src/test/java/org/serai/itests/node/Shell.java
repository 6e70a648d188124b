package org.serai.itests.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The compiled client at the node's console, as a script uses it. */
public final class Shell {
    private static final long ANSWER_MAX_S = 120;

    private final Path client;
    private final Path instance;

    Shell(Path client, Path instance) {
        this.client = client;
        this.instance = instance;
    }

    /** What a command answered. */
    public record Answer(int exitCode, String out, String err) {
        /** The output as JSON. */
        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("no JSON: " + out, e);
            }
        }
    }

    /** Runs a command to its end. */
    public Answer exec(String command) {
        Path out = instance.resolve("cache/out");
        Path err = instance.resolve("cache/err");
        try {
            Process process = new ProcessBuilder(
                            client.toString(),
                            "exec",
                            instance.resolve("run/shell.sock").toString(),
                            command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(ANSWER_MAX_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("no answer within " + ANSWER_MAX_S + " s to: " + command);
            }
            return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in: " + command, e);
        }
    }
}
