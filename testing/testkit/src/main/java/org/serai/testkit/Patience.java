package org.serai.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long every test of this project waits for what has to come: so long that only what never comes is missed, even on a
 * machine whose processors others take. JUnit finds it on the class path; so {@code Awaitility} comes with it only.
 */
public final class Patience implements LauncherSessionListener {
    /** The deadline of every {@code await()} that names none. */
    public static final Duration SOON = Duration.ofSeconds(60);

    private static volatile boolean inForce;

    /** Whether JUnit has found this. */
    static boolean inForce() {
        return inForce;
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(SOON);
        inForce = true;
    }
}
