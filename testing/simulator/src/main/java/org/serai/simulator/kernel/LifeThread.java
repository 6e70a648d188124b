package org.serai.simulator.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.serai.ffdc.SeraiException;

/** One thread of a process, for one task after the other, now or later. */
public final class LifeThread extends AbstractExecutorService implements ScheduledExecutorService {
    private static final long LOOK_MS = 10;

    private final Life life;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean shut;

    /** Of that process. */
    public LifeThread(Life life) {
        this.life = life;
    }

    @Override
    public void execute(Runnable task) {
        if (shut) {
            throw new RejectedExecutionException("the thread is shut down");
        }
        waiting.add(task);
        if (!busy) {
            busy = true;
            life.start(this::work);
        }
    }

    private void work() {
        for (var task = waiting.poll(); task != null; task = waiting.poll()) {
            try {
                task.run();
            } catch (SeraiException expected) {
                life.loop().trace().note(life.name(), "a task: " + expected.getMessage());
            } catch (RuntimeException | AssertionError unexpected) {
                life.loop().trace().failed(life.name(), unexpected);
            }
        }
        busy = false;
    }

    private void submitUnlessShut(Runnable task) {
        if (!shut) {
            execute(task);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        var timer = new Timer(task);
        life.loop().after(unit.toNanos(delay), () -> life.start(() -> submitUnlessShut(timer)));
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    task.run();
                    if (!shut) {
                        scheduleWithFixedDelay(task, delay, delay, unit);
                    }
                },
                first,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing in a cluster schedules what returns a value");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing in a cluster schedules at a fixed rate here");
    }

    @Override
    public void shutdown() {
        shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shut = true;
        var left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut && !busy;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        var startNs = life.nanoTime();
        while (!isTerminated() && life.nanoTime() - startNs < unit.toNanos(timeout)) {
            life.sleepMs(LOOK_MS);
        }
        return isTerminated();
    }

    /** A task that comes later. */
    private static final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        Timer(Runnable task) {
            super(task, null);
        }

        @Override
        protected void setException(Throwable failure) {
            super.setException(failure);
            if (!(failure instanceof SeraiException)) {
                throw new IllegalStateException("a scheduled task failed", failure);
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException("nobody asks how long a timer still runs");
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException("nobody sorts timers");
        }
    }
}
