package org.serai.shell.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.serai.shell.CommandGroup;
import org.serai.shell.ShellError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console without a framework: commands, and the socket on which they are reached. */
final class Console implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Console.class);
    private static final long GREETING_MS = 10_000;

    /** Makes a command known to Gogo. */
    @FunctionalInterface
    interface Gogo {
        /** Returns what takes it away again. */
        Runnable add(String scope, String name, org.apache.felix.service.command.Function function);
    }

    private final CommandProcessor processor;
    private final Path runDirectory;
    private final String nodeName;
    private final Catalog catalog = new Catalog();
    private final Usage usage = new Usage();
    private final ResultJson json = new ResultJson();
    private final ErrorReport errors;
    private final Registrations registrations;

    private SocketServer server;

    /**
     * @param runDirectory where the socket and the history are
     * @param logFile what an internal error names
     */
    Console(CommandProcessor processor, Gogo gogo, Path runDirectory, String logFile, String nodeName) {
        this.processor = processor;
        this.runDirectory = runDirectory;
        this.nodeName = nodeName;
        this.errors = new ErrorReport(json, logFile);
        this.registrations = new Registrations(catalog, gogo, entry -> new GroupCommand(entry, usage, json, errors));
        add(new OwnCommands(catalog, usage));
    }

    void add(CommandGroup group) {
        registrations.add(group);
    }

    void remove(CommandGroup group) {
        registrations.remove(group);
    }

    /** Opens the socket. */
    void start() {
        Line lines = new Line(catalog, errors);
        Completions completions = new Completions(catalog, usage);
        Path history = runDirectory.resolve("history");
        makePrivate(history);
        Interactive.Factory interactive =
                new Interactive.Factory(processor, lines, completions, history, "serai@" + nodeName + "> ");
        server = new SocketServer(
                runDirectory.resolve("shell.sock"),
                channel -> new Connection(channel, processor, lines, errors, interactive, GREETING_MS));
        Thread.ofVirtual().name("shell-warm-up").start(() -> warmUp(lines));
    }

    /** Loads what every command needs, so that the first one of a script is not slow. */
    private void warmUp(Line lines) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        try {
            CommandSession session = processor.createSession(InputStream.nullInputStream(), nowhere, nowhere);
            Line.prepare(session, runDirectory, () -> 0);
            lines.run(session, "help help; help; help --json", nowhere, nowhere);
            session.close();
        } catch (IllegalStateException stoppedMeanwhile) {
            log.debug("the shell was not warmed up", stoppedMeanwhile);
        }
    }

    private void makePrivate(Path history) {
        try {
            SocketServer.privateDirectory(runDirectory);
            if (!Files.exists(history)) {
                Files.writeString(history, "", StandardOpenOption.CREATE);
            }
            Files.setPosixFilePermissions(history, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw ShellError.NO_SOCKET.error(
                    "The shell's folder " + runDirectory + " cannot be made",
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "check that the instance directory is writable",
                    e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        registrations.close();
    }
}
