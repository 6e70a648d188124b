package org.serai.cluster.core.liveness;

import java.util.concurrent.TimeUnit;

/**
 * The cluster's timing, the same on every node.
 *
 * @param renewalMs how often the lease is renewed
 * @param leaseMs the watchdog kills this long after the start of the last renewal
 * @param marginMs the gate closes this much earlier, and others take over this much later
 */
public record Timing(long renewalMs, long leaseMs, long marginMs) {
    /** How long after the start of a renewal the gate stays open. */
    public long serveNs() {
        return TimeUnit.MILLISECONDS.toNanos(leaseMs - marginMs);
    }

    /** How long after the start of a renewal the node may live. */
    public long leaseNs() {
        return TimeUnit.MILLISECONDS.toNanos(leaseMs);
    }

    /** How long a silence is a proof. */
    public long silenceNs() {
        return TimeUnit.MILLISECONDS.toNanos(leaseMs + marginMs);
    }

    /** A gap in this node's own observation beyond which it starts to count anew. */
    public long gapNs() {
        return TimeUnit.MILLISECONDS.toNanos(3 * renewalMs);
    }
}
