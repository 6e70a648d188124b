package org.serai.shell.console;

/** Ends a session, at the user's wish. */
final class SessionEnd extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    SessionEnd(int exitCode) {
        super("end of the session", null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
