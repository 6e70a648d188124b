package org.serai.shell.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.serai.shell.ShellError;
import org.serai.shell.console.Protocol.Frame;
import org.serai.shell.console.Protocol.Hello;
import org.serai.shell.console.Protocol.Mode;
import org.serai.shell.console.Protocol.Window;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection, from its hello to its exit code. Its end interrupts what runs for it. */
final class Connection implements Runnable, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final Frames frames;
    private final CommandProcessor processor;
    private final Line lines;
    private final ErrorReport errors;
    private final Interactive.Factory interactive;
    private final long greetingMs;
    private final CountDownLatch greeted = new CountDownLatch(1);

    /** @param greetingMs a client that has not said what it wants by then is dropped */
    Connection(
            SocketChannel channel,
            CommandProcessor processor,
            Line lines,
            ErrorReport errors,
            Interactive.Factory interactive,
            long greetingMs) {
        this.frames = new Frames(channel);
        this.processor = processor;
        this.lines = lines;
        this.errors = errors;
        this.interactive = interactive;
        this.greetingMs = greetingMs;
    }

    @Override
    public void run() {
        Thread.ofVirtual().name("shell-greeting").start(this::dropUngreeted);
        try (frames) {
            serveOrRefuse();
        } catch (IOException e) {
            log.debug("a shell connection ended: {}", e.toString());
        } finally {
            greeted.countDown();
        }
    }

    private void serveOrRefuse() throws IOException {
        try {
            serve();
        } catch (ProtocolException e) {
            refuse(e);
        }
    }

    private void serve() throws IOException {
        Optional<Frame> first = frames.read();
        if (first.isEmpty()) {
            return;
        }
        Hello hello = Hello.read(first.get());
        if (hello.mode() == Mode.SHELL) {
            greeted.countDown();
            shell(hello);
            return;
        }
        Optional<Frame> command = frames.read();
        greeted.countDown();
        if (command.isPresent()) {
            if (command.get().type() != Protocol.COMMAND) {
                throw new ProtocolException("no command after the hello");
            }
            exec(hello, StandardCharsets.UTF_8.decode(command.get().payload()).toString());
        }
    }

    private void exec(Hello hello, String line) throws IOException {
        PrintStream out = new PrintStream(frames.stream(Protocol.OUT), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(frames.stream(Protocol.ERR), true, StandardCharsets.UTF_8);
        ClientInput input = new ClientInput(() -> frames.send(Protocol.WANTED, new byte[1], 0, 1));
        CommandSession session = processor.createSession(input, out, err);
        Line.prepare(session, hello.directory(), hello.window()::columns);
        Thread worker = Thread.ofVirtual().name("shell-exec").start(() -> {
            int code;
            try {
                code = lines.run(session, line, out, err);
            } catch (SessionEnd end) {
                code = end.exitCode();
            }
            leave(code);
        });
        try {
            untilTheEnd(input);
        } finally {
            session.close();
            worker.interrupt();
        }
    }

    private void leave(int exitCode) {
        try {
            frames.exit(exitCode);
        } catch (IOException e) {
            log.debug("a client left before its exit code: {}", e.toString());
        }
    }

    /** A client that runs a line sends the input that it is asked for; whatever else comes is dropped until it closes. */
    private void untilTheEnd(ClientInput input) throws IOException {
        try {
            for (Optional<Frame> frame = frames.read(); frame.isPresent(); frame = frames.read()) {
                if (frame.get().type() == Protocol.INPUT) {
                    input.arrived(frame.get().payload());
                }
            }
        } catch (AsynchronousCloseException closedAfterExit) {
            log.trace("closed after the exit code", closedAfterExit);
        }
    }

    private void shell(Hello hello) throws IOException {
        Interactive session = interactive.open(hello, frames.stream(Protocol.OUT));
        try (session) {
            Thread.ofVirtual().name("shell-session").start(() -> leave(session.run()));
            for (Optional<Frame> frame = frames.read(); frame.isPresent(); frame = frames.read()) {
                ByteBuffer payload = frame.get().payload();
                switch (frame.get().type()) {
                    case Protocol.INPUT -> session.typed(payload.array());
                    case Protocol.WINDOW -> session.resize(Window.read(payload));
                    default -> throw new ProtocolException("a frame that has no place in a session");
                }
            }
        } catch (AsynchronousCloseException closedAfterExit) {
            log.trace("closed after the exit code", closedAfterExit);
        }
    }

    private void dropUngreeted() {
        try {
            if (!greeted.await(greetingMs, TimeUnit.MILLISECONDS)) {
                log.warn("a shell client said nothing for {} ms and was dropped", greetingMs);
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuse(ProtocolException e) {
        log.warn("a shell client was refused: {}", e.getMessage());
        PrintStream err = new PrintStream(frames.stream(Protocol.ERR), true, StandardCharsets.UTF_8);
        int code = errors.tell(
                ShellError.PROTOCOL.error(
                        "The node refused what the client sent",
                        e.getMessage(),
                        "use the serai-client that came with the node"),
                false,
                err,
                err);
        leave(code);
    }

    @Override
    public void close() {
        try {
            frames.close();
        } catch (IOException e) {
            log.debug("closing a shell connection: {}", e.toString());
        }
    }
}
