package org.serai.simulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A process from its start to its end. Its tasks are virtual threads. Stopped, none of them makes a step; killed, none
 * ever does again: whatever it held in memory, locks included, ends with it, and no finally block is run.
 */
public final class Life {
    private final Loop loop;
    private final String name;
    private final long pid;
    private final LongSupplier clockNs;
    private final Thread.Builder threads;
    private final List<Runnable> held = new ArrayList<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private final List<Runnable> whenGone = new ArrayList<>();
    private final List<Runnable> requests = new ArrayList<>();
    private boolean dead;
    private int stops;

    /** @param clockNs the monotonic clock of its host */
    public Life(Loop loop, String name, long pid, LongSupplier clockNs) {
        this.loop = loop;
        this.name = name;
        this.pid = pid;
        this.clockNs = clockNs;
        this.threads = Carrier.threads(this::goOn)
                .uncaughtExceptionHandler((_, failure) -> loop.trace().failed(name, failure));
    }

    private void goOn(Runnable continuation) {
        if (stops > 0 && !dead) {
            held.add(continuation);
        } else if (!dead) {
            loop.ready(continuation);
        }
    }

    /** Its name in the trace. */
    public String name() {
        return name;
    }

    /** Its number. */
    public long pid() {
        return pid;
    }

    /** The loop. */
    public Loop loop() {
        return loop;
    }

    /** Its monotonic clock. */
    public long nanoTime() {
        return clockNs.getAsLong();
    }

    /** Begins a task. */
    public void start(Runnable task) {
        if (!dead) {
            threads.start(task);
        }
    }

    /** Runs a task after a time. */
    public void startAfter(long ns, Runnable task) {
        loop.after(ns, () -> start(task));
    }

    /** Lets the present task wait until its own clock has gone on that much. */
    public void sleepNs(long ns) {
        if (!Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("only a task of a process waits");
        }
        var untilNs = nanoTime() + ns;
        for (var leftNs = ns; leftNs > 0; leftNs = untilNs - nanoTime()) {
            // A hundredth more than is left, so that a clock that is slow needs one timer and not five.
            waitNs(leftNs + leftNs / 100 + 1);
        }
    }

    /** Lets the present task wait for something outside of the process, whose time is not that of any clock here. */
    public void waitNs(long ns) {
        if (ns <= 0) {
            return;
        }
        var thread = Thread.currentThread();
        var woken = new boolean[1];
        loop.after(ns, () -> {
            woken[0] = true;
            LockSupport.unpark(thread);
        });
        while (!woken[0]) {
            LockSupport.park();
        }
    }

    /** The same in milliseconds. */
    public void sleepMs(long ms) {
        sleepNs(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** Is run when it has ended, in no task of it. */
    public void atEnd(Runnable action) {
        atEnd.add(action);
    }

    /** Is run when it has ended, and nothing that it asked of the kernel is under way any more. */
    public void whenGone(Runnable action) {
        whenGone.add(action);
    }

    /**
     * Asks something of the kernel that nothing takes back which happens to this process; a process that was killed is
     * there until it is done.
     *
     * @param heldNs for how long it is held up when its time has come
     */
    public void request(long ns, LongSupplier heldNs, Runnable landing) {
        requests.add(landing);
        loop.after(ns, () -> arrive(heldNs, landing));
    }

    private void arrive(LongSupplier heldNs, Runnable landing) {
        var held = heldNs.getAsLong();
        if (held > 0) {
            loop.after(held, () -> end(landing, true));
        } else {
            end(landing, true);
        }
    }

    private void end(Runnable request, boolean lands) {
        if (requests.remove(request)) {
            if (lands) {
                request.run();
            }
            tellIfGone();
        }
    }

    private void tellIfGone() {
        if (isGone()) {
            whenGone.forEach(Runnable::run);
            whenGone.clear();
        }
    }

    /** SIGKILL. */
    public void kill(String why) {
        if (!dead) {
            dead = true;
            held.clear();
            loop.trace().note(name, "ends: " + why);
            List.copyOf(atEnd).forEach(Runnable::run);
            tellIfGone();
        }
    }

    /** Its host has lost power: each request has left it by now, or never will. */
    public void losePower(BooleanSupplier lands) {
        kill("no power");
        List.copyOf(requests).forEach(request -> end(request, lands.getAsBoolean()));
    }

    /** SIGSTOP, or a long collection of garbage; several reasons add up. */
    public void stop() {
        stops++;
    }

    /** SIGCONT. */
    public void goOn() {
        if (stops > 0 && --stops == 0 && !dead) {
            held.forEach(loop::ready);
            held.clear();
        }
    }

    /** Whether it has ended. */
    public boolean isDead() {
        return dead;
    }

    /** Whether nothing of it is left, in the kernel neither. */
    public boolean isGone() {
        return dead && requests.isEmpty();
    }

    /** Whether it makes steps. */
    public boolean runs() {
        return !dead && stops == 0;
    }
}
