package org.serai.launcher.demo;

import java.io.PrintStream;

/** Tells what is being done and how long it took. */
final class Steps {
    private final PrintStream out;
    private final long startedNs = System.nanoTime();
    private long stepNs;

    Steps(PrintStream out) {
        this.out = out;
    }

    void begin(String what) {
        stepNs = System.nanoTime();
        out.printf("[%6.1f s] %s%n", elapsedMs() / 1e3, what);
    }

    void progress(String sentence) {
        out.println("             " + sentence);
    }

    void done(String outcome) {
        out.printf("             -> %s (%.1f s)%n", outcome, (System.nanoTime() - stepNs) / 1e9);
    }

    long elapsedMs() {
        return (System.nanoTime() - startedNs) / 1_000_000;
    }
}
