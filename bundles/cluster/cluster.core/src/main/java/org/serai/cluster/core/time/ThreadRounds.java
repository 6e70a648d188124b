package org.serai.cluster.core.time;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rounds on real threads: platform threads for what must be in time, whatever the virtual ones do. */
public final class ThreadRounds implements Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadRounds.class);

    @Override
    public Round every(String name, long periodMs, Runnable work) {
        var ended = new AtomicBoolean();
        var thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> repeat(name, periodMs, work, ended));
        thread.start();
        return () -> {
            ended.set(true);
            LockSupport.unpark(thread);
        };
    }

    private static void repeat(String name, long periodMs, Runnable work, AtomicBoolean ended) {
        var periodNs = TimeUnit.MILLISECONDS.toNanos(periodMs);
        var next = System.nanoTime();
        while (!ended.get()) {
            try {
                work.run();
            } catch (RuntimeException | Error unexpected) {
                // A round that fails must not end those after it: the lease depends on them.
                LOG.error("round of {} failed", name, unexpected);
            }
            next += periodNs;
            var now = System.nanoTime();
            if (next - now < 0) {
                next = now;
            }
            while (!ended.get() && next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    @Override
    public Executor serial(String name) {
        return new Executor() {
            private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

            @Override
            public synchronized void execute(Runnable work) {
                last = last.handleAsync(
                        (nothing, failure) -> {
                            try {
                                work.run();
                            } catch (RuntimeException unexpected) {
                                LOG.error("{} failed", name, unexpected);
                            }
                            return null;
                        },
                        task -> Thread.ofVirtual().name(name).start(task));
            }
        };
    }

    @Override
    public void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }
}
