package org.serai.shell.console;

/** Ends a line: the command has told what was wrong, what is left is its exit code. */
final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailed(int exitCode) {
        super("exit code " + exitCode, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
