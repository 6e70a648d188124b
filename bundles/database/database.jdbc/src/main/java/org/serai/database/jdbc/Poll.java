package org.serai.database.jdbc;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the database now and then, in case a hint was lost. */
final class Poll implements AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-db-poll").daemon().factory());

    Poll(Runnable look, long everyMs) {
        thread.scheduleWithFixedDelay(look, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
