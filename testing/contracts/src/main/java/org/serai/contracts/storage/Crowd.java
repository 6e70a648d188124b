package org.serai.contracts.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that work at once; the failure of any of them fails the test. */
final class Crowd implements AutoCloseable {
    private static final long DEADLINE_S = 120;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Future<?>> others = new ArrayList<>();
    private volatile boolean over;

    /** A piece of work that may throw. */
    interface Work {
        void run() throws Exception;
    }

    /** Repeats the work beside everything else until {@link #during} has ended, at least once. */
    void beside(Work work) {
        others.add(executor.submit(() -> {
            do {
                work.run();
            } while (!over);
            return null;
        }));
    }

    /** Does the work once, beside everything else. */
    Future<?> once(Work work) {
        Future<?> future = executor.submit(() -> {
            work.run();
            return null;
        });
        others.add(future);
        return future;
    }

    /** Does the work and then ends the others. */
    void during(Work work) throws Exception {
        try {
            work.run();
        } finally {
            over = true;
        }
        for (Future<?> other : others) {
            await(other);
        }
    }

    static void await(Future<?> future) throws Exception {
        try {
            future.get(DEADLINE_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a thread of the test hangs", e);
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the test failed: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        over = true;
        executor.shutdownNow();
    }
}
