package org.serai.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
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
    private final int width;
    private final Path directory;
    private final Optional<InputStream> in;
    private boolean printsLines;

    /** For tests of commands: without a terminal, in the working directory. */
    public Invocation(PrintStream out, PrintStream err) {
        this(out, err, 0, Path.of("").toAbsolutePath(), Optional.empty());
    }

    /**
     * For the console.
     *
     * @param width columns of the terminal that output goes to; 0 if it goes to none
     * @param directory the caller's working directory
     * @param in what can be read; empty where the command was typed and nothing is piped into it
     */
    public Invocation(PrintStream out, PrintStream err, int width, Path directory, Optional<InputStream> in) {
        this.out = out;
        this.err = err;
        this.width = width;
        this.directory = directory;
        this.in = in;
    }

    /** Whether JSON was asked for. */
    public boolean json() {
        return json;
    }

    /** Whether help was asked for; the console prints it then. */
    public boolean help() {
        return help;
    }

    /** Columns of the terminal that output goes to; 0 if it goes to none. */
    public int width() {
        return width;
    }

    /** A file that the caller named, found from the caller's working directory. */
    public Path resolve(String file) {
        return directory.resolve(file).normalize();
    }

    /**
     * All of the standard input, for commands that take {@code -} for it. It is read from the caller only now.
     *
     * @param what what is read, for whoever is refused
     * @param bytesMax more than these are refused
     */
    public byte[] input(String what, int bytesMax) {
        InputStream from = in.orElseThrow(() -> ShellError.WRONG_USAGE.error(
                "There is no " + what + " to read",
                "- is the standard input, and nothing is piped into this command",
                "pipe it, or write it in place of the -"));
        try {
            byte[] all = from.readNBytes(bytesMax + 1);
            if (all.length > bytesMax) {
                throw ShellError.FAILED.error(
                        "The " + what + " is not read", "it has more than " + bytesMax + " bytes", "give less");
            }
            return all;
        } catch (IOException e) {
            throw ShellError.FAILED.error(
                    "The " + what + " cannot be read from the standard input",
                    String.valueOf(e.getMessage()),
                    "try again",
                    e);
        }
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

    /** For commands that print line by line, with {@code --json} too: nothing is printed after their lines. */
    public PrintStream lines() {
        printsLines = true;
        return out;
    }

    /** Whether the command prints its own lines. */
    public boolean printsLines() {
        return printsLines;
    }
}
