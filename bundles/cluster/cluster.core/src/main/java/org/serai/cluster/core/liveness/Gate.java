package org.serai.cluster.core.liveness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.core.time.Rounds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate. It opens only by a renewal that the watchdog has acknowledged, and closes by itself: {@link #isOpen} compares
 * the clock with a time, so that a thread that slept finds it closed.
 */
public final class Gate implements Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Timing timing;
    private final LongSupplier nanoClock;
    private final Rounds rounds;
    private final List<String> guarded;
    private final List<Told> listeners = new CopyOnWriteArrayList<>();
    private volatile long openUntilNs;
    private volatile String reason = "its watchdog has not acknowledged a renewal yet";
    private boolean shut;
    private boolean toldOpen;

    /**
     * Makes a closed gate.
     *
     * @param guarded what {@link #guarded} returns
     */
    public Gate(Timing timing, LongSupplier nanoClock, Rounds rounds, List<String> guarded) {
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.rounds = rounds;
        this.guarded = List.copyOf(guarded);
        this.openUntilNs = nanoClock.getAsLong();
    }

    @Override
    public boolean isOpen() {
        return nanoClock.getAsLong() - openUntilNs < 0;
    }

    @Override
    public void check() {
        if (!isOpen()) {
            throw ClusterError.FENCED.error(
                    "This node may not serve now",
                    reason,
                    "look at the log for the pool or watchdog that does not answer; the gate opens by itself after the next"
                            + " renewal, or the node is ended and started anew");
        }
    }

    @Override
    public List<String> guarded() {
        return guarded;
    }

    @Override
    public Registration onChange(Listener listener) {
        var told = new Told(listener, rounds.serial("fence listener"));
        listeners.add(told);
        return () -> listeners.remove(told);
    }

    /** The watchdog counts from this renewal: opens, or stays open. */
    synchronized void renewed(long startNs) {
        var until = startNs + timing.serveNs();
        if (!shut && until - openUntilNs > 0) {
            openUntilNs = until;
            reason = "no renewal of its lease on storage succeeded and was acknowledged by its watchdog for "
                    + (timing.leaseMs() - timing.marginMs()) + " ms";
            tell();
        }
    }

    /** Closes at once, until the next acknowledged renewal. */
    synchronized void close(String why) {
        reason = why;
        openUntilNs = nanoClock.getAsLong();
        tell();
    }

    /** Closes for the rest of this incarnation. */
    public synchronized void shut(String why) {
        if (!shut) {
            shut = true;
            close(why);
        }
    }

    /** Why it is closed, if it is. */
    public String reason() {
        return reason;
    }

    /** Tells the listeners if it has opened or closed since they were told last; called every few milliseconds. */
    public synchronized void tell() {
        var open = isOpen();
        if (open == toldOpen) {
            return;
        }
        toldOpen = open;
        if (open) {
            LOG.info("the fence is open: this node may serve");
        } else {
            LOG.warn("the fence is closed: this node does not serve; {}", reason);
        }
        listeners.forEach(told -> told.executor.execute(() -> told.listener.fence(open)));
    }

    private record Told(Listener listener, Executor executor) {}
}
