package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.time.Rounds;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a watchdog running: starts it, feeds it, closes the gate when it is lost or does not answer, and starts another
 * that guards what the lost one guarded.
 */
public final class WatchdogKeeper implements Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(WatchdogKeeper.class);
    private static final long READY_MS = 30_000;

    private final Watchdogs watchdogs;
    private final Timing timing;
    private final LongSupplier nanoClock;
    private final Gate gate;
    private WatchdogLink link;
    private OptionalLong unansweredNs = OptionalLong.empty();
    private OptionalLong fedNs = OptionalLong.empty();
    private boolean ended;
    private boolean earlierBusy;

    /**
     * Makes a keeper without a watchdog.
     *
     * @param nanoClock {@link System#nanoTime}, which is CLOCK_MONOTONIC here; that is verified at each start
     */
    public WatchdogKeeper(Watchdogs watchdogs, Timing timing, LongSupplier nanoClock, Gate gate) {
        this.watchdogs = watchdogs;
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.gate = gate;
    }

    /**
     * Starts the first watchdog of this incarnation, which kills what an earlier one left behind. Waits for an earlier
     * watchdog that is still at work.
     *
     * @throws SeraiException {@link ClusterError#NO_WATCHDOG} if none can be started, or processes of an earlier
     *     incarnation do not end
     */
    public void startFirst(Rounds rounds) {
        var startNs = nanoClock.getAsLong();
        while (true) {
            try {
                launch(OptionalLong.empty());
                return;
            } catch (Busy busy) {
                if (nanoClock.getAsLong() - startNs > TimeUnit.MILLISECONDS.toNanos(READY_MS)) {
                    earlierBusy = true;
                    throw noWatchdog("processes of an earlier run have not ended", busy);
                }
            } catch (IOException failed) {
                throw noWatchdog(failed.getMessage(), failed);
            }
            rounds.pause(100);
        }
    }

    /** Looks after it; called every few hundred milliseconds, by one thread. */
    public void tick() {
        WatchdogLink kept;
        synchronized (this) {
            if (ended) {
                return;
            }
            kept = link;
        }
        if (kept == null) {
            relaunch();
        } else if (!kept.isAlive()) {
            // Whoever reads from it may be late to say so.
            lost(kept);
            relaunch();
        } else if (isOverdue()) {
            LOG.error("watchdog {} does not answer and is ended; another one is started", kept.pid());
            gate.close("its watchdog does not answer");
            kept.destroy();
        }
    }

    private synchronized boolean isOverdue() {
        return unansweredNs.isPresent() && nanoClock.getAsLong() - unansweredNs.getAsLong() > timing.serveNs();
    }

    private void relaunch() {
        OptionalLong goOnFromNs;
        synchronized (this) {
            goOnFromNs = fedNs;
        }
        try {
            launch(goOnFromNs);
        } catch (Busy busy) {
            LOG.debug("the lost watchdog has not ended yet", busy);
        } catch (IOException failed) {
            gate.close("its watchdog cannot be started: " + failed.getMessage());
        }
    }

    /** Waits without the lock: those who renew must not wait for a start. */
    private void launch(OptionalLong goOnFromNs) throws IOException {
        var beforeNs = nanoClock.getAsLong();
        var started = watchdogs.start(goOnFromNs, this::acknowledged, this::lost);
        try {
            var itsNs = started.awaitReadyNs(READY_MS);
            if (itsNs - beforeNs < 0 || nanoClock.getAsLong() - itsNs < 0) {
                throw new IOException("its clock is not the clock of this Java virtual machine");
            }
        } catch (IOException failed) {
            started.destroy();
            if (started.exitCode() == WatchdogLink.BUSY) {
                throw new Busy(failed);
            }
            throw new IOException(failed.getMessage() + said(), failed);
        }
        synchronized (this) {
            link = started;
            unansweredNs = OptionalLong.empty();
        }
        LOG.info("watchdog {} stands ready", started.pid());
    }

    private String said() throws IOException {
        var text = watchdogs.said();
        return text.isEmpty() ? "" : ": " + text;
    }

    @Override
    public synchronized void feed(long startNs) {
        fedNs = OptionalLong.of(startNs);
        if (link == null) {
            return;
        }
        if (unansweredNs.isEmpty()) {
            unansweredNs = OptionalLong.of(nanoClock.getAsLong());
        }
        try {
            link.feed(startNs);
        } catch (IOException failed) {
            LOG.warn("watchdog {} cannot be fed: {}", link.pid(), failed.getMessage());
        }
    }

    private void acknowledged(long startNs) {
        synchronized (this) {
            unansweredNs = OptionalLong.empty();
        }
        gate.renewed(startNs);
    }

    private void lost(WatchdogLink which) {
        synchronized (this) {
            if (link != which) {
                return;
            }
            link = null;
            unansweredNs = OptionalLong.empty();
            if (!ended) {
                LOG.error("watchdog {} is lost", which.pid());
            }
        }
        gate.close("its watchdog is lost");
    }

    /** The pid of the watchdog that runs now. */
    public synchronized OptionalLong pid() {
        return link == null ? OptionalLong.empty() : OptionalLong.of(link.pid());
    }

    /**
     * Ends it in order, after the gate was shut.
     *
     * @return whether everything that was guarded is known to have ended
     */
    public boolean goodbye() {
        WatchdogLink last;
        synchronized (this) {
            ended = true;
            last = link;
        }
        if (last == null) {
            return leftovers().isEmpty();
        }
        try {
            last.sayGoodbye(READY_MS);
            return last.exitCode() == 0;
        } catch (IOException failed) {
            LOG.warn("watchdog {} did not say goodbye: {}", last.pid(), failed.getMessage());
            return false;
        }
    }

    /** Whether an earlier watchdog, or what it guarded, is still there. */
    public boolean isEarlierAtWork() {
        return earlierBusy || !leftovers().isEmpty();
    }

    /** Pids of guarded processes that a lost watchdog left and that still run. */
    public List<Long> leftovers() {
        try {
            return watchdogs.leftovers();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private SeraiException noWatchdog(String cause, Exception thrown) {
        return ClusterError.NO_WATCHDOG.error(
                "This node has no watchdog and owns nothing",
                cause,
                "look into " + watchdogs.log() + ", and build the program with the launcher if it is" + " missing",
                thrown);
    }

    /** Another watchdog still has the lock. */
    private static final class Busy extends IOException {
        private static final long serialVersionUID = 1;

        Busy(IOException cause) {
            super(cause);
        }
    }
}
