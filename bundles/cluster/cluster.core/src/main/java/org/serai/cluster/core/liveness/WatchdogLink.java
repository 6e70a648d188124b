package org.serai.cluster.core.liveness;

import java.io.IOException;

/** One running watchdog and what goes to and from it. */
public interface WatchdogLink {
    /** The exit code when another watchdog still has the lock. */
    int BUSY = 3;

    /** Waits until it watches; its CLOCK_MONOTONIC at that moment. Why it failed is told by {@link #exitCode}. */
    long awaitReadyNs(long timeoutMs) throws IOException;

    /** Tells it of a renewal; the acknowledgement comes later. */
    void feed(long startNs) throws IOException;

    /** Ends it in order: everything guarded is dead at the return. */
    void sayGoodbye(long timeoutMs) throws IOException;

    /** Its process. */
    long pid();

    /** Kills the watchdog itself, not what it guards. */
    void destroy();

    /** Waits for the end of a watchdog that ends. */
    int exitCode();

    /** Whether it runs. */
    boolean isAlive();
}
