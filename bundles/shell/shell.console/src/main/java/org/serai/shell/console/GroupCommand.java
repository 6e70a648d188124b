package org.serai.shell.console;

import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.serai.ffdc.SeraiException;
import org.serai.shell.Invocation;
import org.serai.shell.ShellError;
import org.serai.shell.Verdict;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command of a group as Gogo runs it: parses with fresh state, calls the method, shows the result or the error. */
final class GroupCommand implements Function {
    private final Catalog.Entry entry;
    private final Usage usage;
    private final ResultJson json;
    private final ResultText text;
    private final ErrorReport errors;

    GroupCommand(Catalog.Entry entry, Usage usage, ResultJson json, ErrorReport errors) {
        this.entry = entry;
        this.usage = usage;
        this.json = json;
        this.text = new ResultText(json);
        this.errors = errors;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Process process = Process.Utils.current();
        int width = process.isTty(1) ? Line.width(session) : 0;
        String[] args = arguments.stream().map(String::valueOf).toArray(String[]::new);
        Invocation invocation =
                new Invocation(process.out(), process.err(), width, session.currentDir(), Line.input(session, process));
        int exitCode = run(args, invocation, process.err());
        if (exitCode == 0) {
            return null;
        }
        if (process.job().processes().getLast() == process) {
            throw new CommandFailed(exitCode);
        }
        // Gogo would print an exception of any but the last command of a pipe in its own words.
        Line.failedInPipe(session, exitCode);
        process.error(exitCode);
        return null;
    }

    /** Runs it once; returns the exit code. */
    private int run(String[] args, Invocation invocation, PrintStream err) {
        boolean asJson = List.of(args).contains("--json");
        PrintStream out = invocation.out();
        try {
            CommandLine line = usage.commandLine(entry, invocation);
            ParseResult parsed = line.parseArgs(args);
            if (invocation.help()) {
                out.print(usage.text(line, invocation.width()));
                return 0;
            }
            new RunLast().execute(parsed);
            return show(line.getExecutionResult(), invocation);
        } catch (ParameterException e) {
            return errors.tell(wrongUsage(e), asJson, out, err);
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause(), asJson, out, err);
        } catch (RuntimeException | LinkageError e) {
            return failed(e, asJson, out, err);
        } finally {
            out.flush();
        }
    }

    private int show(Object result, Invocation invocation) {
        Method method = entry.method();
        if (invocation.printsLines()) {
            return 0;
        }
        if (invocation.json()) {
            boolean nothing = result == null && method.getReturnType() == void.class;
            invocation.out().println(nothing ? "{}" : json.line(result));
        } else if (result != null) {
            invocation.out().print(text.render(result, invocation.width()));
        }
        return result instanceof Verdict verdict && !verdict.good() ? ErrorReport.FAILED : 0;
    }

    private SeraiException wrongUsage(ParameterException e) {
        String cause = e.getMessage();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            cause += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
        }
        return ShellError.WRONG_USAGE.error(
                "Wrong usage of " + entry.fullName(),
                cause,
                usage.synopsis(e.getCommandLine()) + " (help " + entry.fullName() + " tells more)");
    }

    private int failed(Throwable thrown, boolean asJson, PrintStream out, PrintStream err) {
        if (thrown instanceof SessionEnd end) {
            throw end;
        }
        if (isCancellation(thrown)) {
            // The line tells it, once for all commands that were cancelled.
            return ErrorReport.CANCELLED;
        }
        SeraiException error =
                thrown instanceof SeraiException known ? known : errors.internal(entry.fullName(), thrown);
        return errors.tell(error, asJson, out, err);
    }

    /** A peer that did not answer in time is none, although that is told by a kind of {@link InterruptedIOException}. */
    private static boolean isCancellation(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException)
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof CancellationException) {
                return true;
            }
        }
        return false;
    }
}
