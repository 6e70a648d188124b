package org.serai.cluster.core.liveness;

import java.util.function.LongSupplier;
import org.serai.cluster.core.time.Rounds;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gate, lease and watchdog of one incarnation, and the rounds that keep them going. */
public final class Guarding {
    private static final Logger LOG = LoggerFactory.getLogger(Guarding.class);
    private static final long TELL_MS = 50;
    private static final long KEEP_MS = 250;

    private final Gate gate;
    private final Lease lease;
    private final WatchdogKeeper keeper;
    private final Timing timing;
    private final Rounds rounds;
    private Rounds.Round telling = () -> {};
    private Rounds.Round keeping = () -> {};
    private Rounds.Round ticking = () -> {};

    /** Makes them; nothing runs yet and the gate is closed. */
    public Guarding(Watchdogs watchdogs, Timing timing, LongSupplier nanoClock, Rounds rounds) {
        this.timing = timing;
        this.rounds = rounds;
        this.gate = new Gate(timing, nanoClock, rounds, watchdogs.guarded());
        this.keeper = new WatchdogKeeper(watchdogs, timing, nanoClock, gate);
        this.lease = new Lease(timing, nanoClock, keeper, gate);
    }

    /**
     * Ends what an earlier incarnation left and starts the watchdog. Without a watchdog the node owns nothing, yet it can
     * be managed; the keeper tries on.
     *
     * @throws SeraiException if there is no watchdog and processes of an earlier incarnation still run
     */
    public void start() {
        try {
            keeper.startFirst(rounds);
        } catch (SeraiException noWatchdog) {
            if (keeper.isEarlierAtWork()) {
                throw noWatchdog;
            }
            LOG.error("{}", noWatchdog.getMessage());
            gate.close(noWatchdog.reason());
        }
        telling = rounds.every("fence", TELL_MS, gate::tell);
        keeping = rounds.every("watchdog keeper", KEEP_MS, keeper::tick);
        ticking = rounds.every("lease", timing.renewalMs(), lease::tick);
    }

    /**
     * Ends them in order, after everything was released.
     *
     * @return whether everything guarded has ended, so that a goodbye is true
     */
    public boolean stop() {
        gate.shut("the node stops");
        telling.close();
        keeping.close();
        ticking.close();
        return keeper.goodbye();
    }

    /** The gate. */
    public Gate gate() {
        return gate;
    }

    /** The lease. */
    public Lease lease() {
        return lease;
    }

    /** The keeper of the watchdog. */
    public WatchdogKeeper keeper() {
        return keeper;
    }
}
