package org.serai.storage.extent;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs small work now and then. */
@FunctionalInterface
interface Background {
    /** Begins; the result ends it, and returns when the work is not running any more. */
    Runnable begin(String name, Runnable work);

    /** A thread of its own for each work. */
    static Background thread(long everyMs) {
        return (name, work) -> {
            ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name(name).unstarted(task));
            executor.scheduleWithFixedDelay(work, everyMs, everyMs, TimeUnit.MILLISECONDS);
            return executor::close;
        };
    }
}
