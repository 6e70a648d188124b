package org.serai.shell.console;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Process;
import org.serai.ffdc.SeraiException;
import org.serai.shell.ShellError;

/** Runs a line in a session: every end of it becomes an exit code and, where there is one, an error in the one form. */
final class Line {
    private static final String WIDTH = ".serai.width";
    private static final String FAILED_IN_PIPE = ".serai.failed";
    private static final String KEYBOARD = ".serai.keyboard";

    private final Catalog catalog;
    private final ErrorReport errors;

    Line(Catalog catalog, ErrorReport errors) {
        this.catalog = catalog;
        this.errors = errors;
    }

    /** Makes a session ready: our commands are found without a scope, others need theirs. */
    static void prepare(CommandSession session, Path directory, IntSupplier width) {
        session.currentDir(directory);
        session.put("SCOPE", Catalog.OWN_SCOPE + ":felix");
        session.put(WIDTH, width);
    }

    /** Notes that the session's own input is a keyboard, which reads lines for the shell. */
    static void atKeyboard(CommandSession session) {
        session.put(KEYBOARD, true);
    }

    /** The input of a command, if it has one: a pipe, a file, or what the client passes on. */
    static Optional<InputStream> input(CommandSession session, Process process) {
        boolean typed = process.isTty(0) && session.get(KEYBOARD) != null;
        return typed ? Optional.empty() : Optional.of(process.in());
    }

    /** Columns of the session's terminal; 0 if it has none. */
    static int width(CommandSession session) {
        return session.get(WIDTH) instanceof IntSupplier width ? width.getAsInt() : 0;
    }

    /** Notes that a command failed whose output goes into another one. */
    static void failedInPipe(CommandSession session, int exitCode) {
        session.put(FAILED_IN_PIPE, exitCode);
    }

    private static SeraiException cancelled() {
        return ShellError.CANCELLED.error(
                "The command was cancelled", "the user or the end of the connection interrupted it", "run it again");
    }

    /** Runs a line to its end, or to its first command that fails; {@link SessionEnd} passes through. */
    int run(CommandSession session, String line, PrintStream out, PrintStream err) {
        session.put(FAILED_IN_PIPE, null);
        boolean asJson = List.of(line.split("\\s+")).contains("--json");
        try {
            Object result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return session.get(FAILED_IN_PIPE) instanceof Integer failed ? failed : 0;
        } catch (CommandFailed e) {
            return e.exitCode() == ErrorReport.CANCELLED ? errors.tell(cancelled(), asJson, out, err) : e.exitCode();
        } catch (SessionEnd e) {
            throw e;
        } catch (InterruptedException e) {
            return errors.tell(cancelled(), asJson, out, err);
        } catch (Exception e) {
            return errors.tell(errorOf(e), asJson, out, err);
        }
    }

    private SeraiException errorOf(Exception thrown) {
        return switch (thrown) {
            case SeraiException error -> error;
            case CommandNotFoundException e -> unknown(e.getCommand());
            case SyntaxError e -> syntax(e.getMessage());
            case EOFException e -> syntax("it ends too early: " + e.getMessage());
            case IOException e ->
                ShellError.FAILED.error(
                        "The line could not be run",
                        e.getClass().getSimpleName() + ": " + e.getMessage(),
                        "check the files that it names",
                        e);
            case RejectedExecutionException e ->
                ShellError.NOT_RUNNING.error(
                        "The line was not run", "the shell of this node stops", "run it when the node runs again", e);
            case IllegalArgumentException e
            when String.valueOf(e.getMessage()).startsWith("Cannot coerce") ->
                ShellError.WRONG_USAGE.error(
                        "Wrong usage of a command", e.getMessage(), "look at its parameters with help", e);
            default -> errors.internal("the line", thrown);
        };
    }

    private SeraiException unknown(String command) {
        List<String> similar = catalog.similar(command);
        return ShellError.UNKNOWN_COMMAND.error(
                "There is no command " + command,
                "no bundle that is active offers it",
                similar.isEmpty()
                        ? "help lists all commands"
                        : "did you mean " + String.join(" or ", similar) + "? (help lists all commands)");
    }

    private static SeraiException syntax(String cause) {
        return ShellError.SYNTAX.error(
                "The line cannot be read", cause, "quote what holds spaces or one of $ ( ) { } [ ] | ; & < > # * ?");
    }
}
