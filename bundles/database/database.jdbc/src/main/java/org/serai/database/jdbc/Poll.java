package org.serai.database.jdbc;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the database now and then, in case a hint was lost. */
final class Poll implements AutoCloseable {
    private final ScheduledExecutorService thread;

    /** @param thread of its own, ended by {@link #close} */
    Poll(ScheduledExecutorService thread, Runnable look, long everyMs) {
        this.thread = thread;
        thread.scheduleWithFixedDelay(look, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
