package org.serai.message.core.vke;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What is to be done at what time, over one alarm. Most deadlines are cancelled long before they come, so the alarm is
 * set for the first one only.
 */
public final class Deadlines {
    private final LongSupplier nanoClock;
    private final Alarm alarm;
    private final long beginning;
    private final TreeMap<Due, Runnable> tasks =
            new TreeMap<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
    private long count;
    private long armedFor = Long.MAX_VALUE;

    /** Nothing is due. */
    public Deadlines(LongSupplier nanoClock, Alarm alarm) {
        this.nanoClock = nanoClock;
        this.alarm = alarm;
        beginning = nanoClock.getAsLong();
    }

    /**
     * A deadline.
     *
     * @param atNanos since this object was made
     */
    public record Due(long atNanos, long number) {}

    private long now() {
        return nanoClock.getAsLong() - beginning;
    }

    /** Has a task run when that time is over. */
    public synchronized Due after(long delayMs, Runnable task) {
        Due due = new Due(now() + TimeUnit.MILLISECONDS.toNanos(delayMs), ++count);
        tasks.put(due, task);
        arm();
        return due;
    }

    /** Forgets a task that has not run. */
    public synchronized void cancel(Due due) {
        tasks.remove(due);
    }

    private void arm() {
        if (!tasks.isEmpty() && tasks.firstKey().atNanos() < armedFor) {
            long at = tasks.firstKey().atNanos();
            armedFor = at;
            // Rounded up: an alarm that is early would find nothing due and be set again.
            alarm.after(Math.max(0, Math.ceilDiv(at - now(), 1_000_000L)), () -> ring(at));
        }
    }

    private void ring(long at) {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            if (armedFor == at) {
                armedFor = Long.MAX_VALUE;
            }
            long now = now();
            while (!tasks.isEmpty() && tasks.firstKey().atNanos() <= now) {
                due.add(tasks.pollFirstEntry().getValue());
            }
            arm();
        }
        due.forEach(Runnable::run);
    }
}
