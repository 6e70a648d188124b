package org.serai.hypervisor.qemu;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the QEMU Machine Protocol (qemu docs/interop/qmp-spec): one JSON object a line, answers matched by id,
 * events in between. It runs over the standard input and output of the process, which nobody else can reach.
 */
final class Qmp {
    private static final Logger LOG = LoggerFactory.getLogger(Qmp.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedReader in;
    private final OutputStream out;
    private final Consumer<JsonNode> onEvent;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * Begins to read; {@link #open} makes the session usable.
     *
     * @param onEvent is told each event on the reading thread and must return soon
     */
    Qmp(String name, InputStream in, OutputStream out, Consumer<JsonNode> onEvent) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = out;
        this.onEvent = onEvent;
        Thread.ofPlatform().daemon().name("qmp-" + name).start(this::read);
    }

    /** Waits for the greeting and ends the negotiation. QEMU answers only after all devices are made. */
    void open(Duration timeout) throws QmpException, InterruptedException {
        await("greeting", greeting, timeout);
        execute("qmp_capabilities", Map.of(), timeout);
    }

    /** Executes a command and gives what it returns. */
    JsonNode execute(String command, Map<String, ?> arguments, Duration timeout)
            throws QmpException, InterruptedException {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            ObjectNode line = JSON.createObjectNode()
                    .put("execute", command)
                    .put("id", id)
                    .set("arguments", tree(arguments));
            send(JSON.writeValueAsBytes(line));
            // The reader may have failed everything pending just before this command was added.
            if (closed) {
                throw gone();
            }
            JsonNode reply = await(command, answer, timeout);
            if (reply.has("error")) {
                throw new QmpException(
                        QmpException.Kind.REFUSED,
                        reply.path("error").path("desc").asText());
            }
            return reply.path("return");
        } catch (IOException e) {
            throw new QmpException(QmpException.Kind.GONE, "QEMU's monitor is closed", e);
        } finally {
            pending.remove(id);
        }
    }

    private static ObjectNode tree(Map<String, ?> arguments) {
        return JSON.valueToTree(arguments);
    }

    private void send(byte[] line) throws IOException {
        synchronized (out) {
            out.write(line);
            out.write('\n');
            out.flush();
        }
    }

    private static JsonNode await(String what, CompletableFuture<JsonNode> answer, Duration timeout)
            throws QmpException, InterruptedException {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new QmpException(
                    QmpException.Kind.TIMEOUT, "no answer to " + what + " within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new QmpException(QmpException.Kind.GONE, e.getCause().getMessage(), e);
        }
    }

    private static QmpException gone() {
        return new QmpException(QmpException.Kind.GONE, "QEMU's monitor is closed");
    }

    private void read() {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                dispatch(line);
            }
        } catch (IOException e) {
            LOG.debug("monitor closed", e);
        } finally {
            closed = true;
            greeting.completeExceptionally(gone());
            pending.values().forEach(answer -> answer.completeExceptionally(gone()));
        }
    }

    private void dispatch(String line) {
        JsonNode message;
        try {
            message = JSON.readTree(line);
        } catch (JacksonException e) {
            LOG.warn("QEMU wrote what is no QMP: {}", line);
            return;
        }
        if (message.has("QMP")) {
            greeting.complete(message);
        } else if (message.has("event")) {
            onEvent.accept(message);
        } else {
            CompletableFuture<JsonNode> answer = pending.get(message.path("id").asLong(-1));
            if (answer != null) {
                answer.complete(message);
            } else {
                LOG.debug("late answer {}", line);
            }
        }
    }
}
