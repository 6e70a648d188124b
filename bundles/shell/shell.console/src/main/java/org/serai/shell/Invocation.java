package org.serai.shell;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** One run of a command: the options that every command has, and where it tells of progress. */
public final class Invocation {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show what the command does, with examples.")
    private boolean help;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    private final PrintStream out;
    private final PrintStream err;

    /** For the console, and for tests of commands. */
    public Invocation(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Whether JSON was asked for. */
    public boolean json() {
        return json;
    }

    /** Whether help was asked for; the console prints it then. */
    public boolean help() {
        return help;
    }

    /** Tells what is being done; goes to the error stream, so that output stays clean. */
    public void progress(String sentence) {
        err.println(sentence);
        err.flush();
    }

    /** For commands whose output is a stream of text and no result. */
    public PrintStream out() {
        return out;
    }
}
