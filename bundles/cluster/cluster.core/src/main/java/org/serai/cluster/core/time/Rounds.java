package org.serai.cluster.core.time;

import java.util.concurrent.Executor;

/** Where repeated work and listeners run. */
public interface Rounds {
    /** Begins to run something at a fixed rate, on a thread of its own; a round that lasts longer delays only itself. */
    Round every(String name, long periodMs, Runnable work);

    /** Runs what it is given one after the other, beside everything else. */
    Executor serial(String name);

    /** Lets time pass. */
    void pause(long ms);

    /** Repeated work that can be ended. */
    @FunctionalInterface
    interface Round extends AutoCloseable {
        /** No round begins after the return; one under way may still end. */
        @Override
        void close();
    }
}
