package org.serai.launcher.nodes;

/** A command of the script ended with another exit code than 0. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final String output;

    CommandFailed(String command, int exitCode, String output) {
        super(command + " ended with exit code " + exitCode + ": " + output.strip());
        this.exitCode = exitCode;
        this.output = output;
    }

    /** The exit code. */
    public int exitCode() {
        return exitCode;
    }

    /** What it printed, errors included. */
    public String output() {
        return output;
    }
}
