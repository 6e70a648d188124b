package org.serai.shell.console;

import java.io.PrintStream;
import org.serai.ffdc.SeraiException;
import org.serai.shell.ShellError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of an error in the one form, and knows the exit code that goes with it. */
final class ErrorReport {
    /** A command failed. */
    static final int FAILED = 1;
    /** The line was no correct use of a command. */
    static final int WRONG_USAGE = 2;
    /** The user cancelled; 128 plus SIGINT as shells have it. */
    static final int CANCELLED = 130;

    private static final Logger log = LoggerFactory.getLogger(ErrorReport.class);

    private final ResultJson json;
    private final String logFile;

    ErrorReport(ResultJson json, String logFile) {
        this.json = json;
        this.logFile = logFile;
    }

    /** Writes an error, as text to the error stream, as JSON to the output; returns the exit code. */
    int tell(SeraiException error, boolean asJson, PrintStream out, PrintStream err) {
        if (asJson) {
            out.println(json.error(error));
            out.flush();
        } else {
            err.println(error.code().code() + ": " + error.what() + "\ncause: " + error.reason() + "\ndo: "
                    + error.action());
            err.flush();
        }
        if (error.code() == ShellError.CANCELLED) {
            return CANCELLED;
        }
        return isUsage(error) ? WRONG_USAGE : FAILED;
    }

    /** A defect: the log gets the stack trace, the user the place of the log. */
    SeraiException internal(String what, Throwable thrown) {
        log.error("{} failed unexpectedly", what, thrown);
        return ShellError.INTERNAL.error(
                "Internal error in " + what,
                thrown.getClass().getSimpleName() + ", not foreseen at this place",
                "look into " + logFile + " for the details and report them",
                thrown);
    }

    private static boolean isUsage(SeraiException error) {
        return error.code() == ShellError.WRONG_USAGE
                || error.code() == ShellError.UNKNOWN_COMMAND
                || error.code() == ShellError.SYNTAX;
    }
}
