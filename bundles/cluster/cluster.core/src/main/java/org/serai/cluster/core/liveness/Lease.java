package org.serai.cluster.core.liveness;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's lease: held as long as it is renewed in every attached pool, dated by the oldest of these renewals. Without
 * an attached pool there is nothing to be lost to another node, and the watchdog is fed by the clock alone.
 */
public final class Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final Timing timing;
    private final LongSupplier nanoClock;
    private final Watchdog watchdog;
    private final Gate gate;
    private final Map<UUID, Long> renewedNs = new HashMap<>();
    private long fedNs;
    private boolean surrendered;

    /** Makes a lease that counts from now. */
    public Lease(Timing timing, LongSupplier nanoClock, Watchdog watchdog, Gate gate) {
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.watchdog = watchdog;
        this.gate = gate;
        this.fedNs = nanoClock.getAsLong();
    }

    /** Feeds the watchdog while no pool is attached; called every renewal. */
    public synchronized void tick() {
        if (renewedNs.isEmpty()) {
            feed(nanoClock.getAsLong());
        }
    }

    /** From now on the lease counts on renewals in this pool. */
    synchronized void attached(UUID pool, long nowNs) {
        renewedNs.put(pool, nowNs);
    }

    /**
     * A renewal in a pool has succeeded; one in a pool that is not attached any more counts for nothing.
     *
     * @param startNs when it began
     */
    synchronized void renewed(UUID pool, long startNs) {
        var before = renewedNs.replace(pool, startNs);
        if (before == null) {
            return;
        }
        var silentNs = nanoClock.getAsLong() - before;
        if (silentNs >= timing.leaseNs()) {
            // Others may have seen a silence that is a proof to them, so what was granted to this incarnation is void.
            LOG.error("lease in pool {} was not renewed for {} ms", pool, TimeUnit.NANOSECONDS.toMillis(silentNs));
            surrender("its lease has lapsed in pool " + pool
                    + ", and another node may have taken over; restart this node");
            return;
        }
        var oldest = oldest();
        if (oldest - fedNs > 0) {
            feed(oldest);
        }
    }

    /** A pool is no longer attached. */
    synchronized void detached(UUID pool) {
        renewedNs.remove(pool);
    }

    /** The start of the renewal from which the lease counts now. */
    public synchronized long countsFromNs() {
        return fedNs;
    }

    private long oldest() {
        return renewedNs.values().stream().reduce((a, b) -> a - b < 0 ? a : b).orElse(fedNs);
    }

    /** Gives the lease up: the gate is shut, and the watchdog ends this incarnation with all that it guards. */
    public synchronized void surrender(String why) {
        if (!surrendered) {
            surrendered = true;
            LOG.error("this node gives up its lease and will be ended by its watchdog: {}", why);
            gate.shut(why);
        }
    }

    private void feed(long startNs) {
        if (surrendered) {
            return;
        }
        fedNs = startNs;
        watchdog.feed(startNs);
    }
}
