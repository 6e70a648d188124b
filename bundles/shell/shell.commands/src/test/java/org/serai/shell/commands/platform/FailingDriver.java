package org.serai.shell.commands.platform;

/** A component that cannot be activated. */
public final class FailingDriver {
    /** Fails as one whose port is taken. */
    public FailingDriver() {
        throw new IllegalStateException("SERAI-X-0001: the port 1 is taken");
    }
}
