package org.serai.simulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** The loop of the one thread: what happens at what simulated time, and which task that could go on does so next. */
public final class Loop {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Runnable> ready = new ArrayList<>();
    private final Thread carrier = Thread.currentThread();
    private final SplittableRandom random;
    private final Trace trace;
    private long nowNs;
    private long order;
    private long steps;

    /** Begins at time 0, on this thread. */
    public Loop(SplittableRandom random, Trace trace) {
        this.random = random;
        this.trace = trace;
        trace.clock(() -> nowNs);
    }

    private record Event(long atNs, long order, Runnable work) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNs == other.atNs ? Long.compare(order, other.order) : Long.compare(atNs, other.atNs);
        }
    }

    /** The time that no process can read: each has a clock of its own. */
    public long nowNs() {
        return nowNs;
    }

    /** How many steps were made. */
    public long steps() {
        return steps;
    }

    /** What happened. */
    public Trace trace() {
        return trace;
    }

    /** Something happens after a time. */
    public void after(long ns, Runnable work) {
        events.add(new Event(nowNs + Math.max(0, ns), order++, work));
    }

    /** A task can go on. */
    void ready(Runnable continuation) {
        if (!isCarried()) {
            throw new IllegalStateException("a monitor was fought for: hold none while waiting for time to pass");
        }
        ready.add(continuation);
    }

    /** The current thread is the carrier, or a virtual one that is mounted on it: there is no other here. */
    private boolean isCarried() {
        return Thread.currentThread() == carrier || Thread.currentThread().isVirtual();
    }

    /** Makes one step; false if nothing will ever happen any more. */
    public boolean step() {
        steps++;
        if (!ready.isEmpty()) {
            take().run();
            return true;
        }
        var next = events.poll();
        if (next == null) {
            return false;
        }
        nowNs = next.atNs();
        next.work().run();
        return true;
    }

    /** Any of those that are ready: a real machine makes no promise of an order either. */
    private Runnable take() {
        var last = ready.size() - 1;
        var at = last == 0 ? 0 : random.nextInt(last + 1);
        var taken = ready.get(at);
        ready.set(at, ready.get(last));
        ready.remove(last);
        return taken;
    }
}
