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
    /** How often in a renewal others are looked at, at most: what is seen sooner is proven sooner. */
    static final int LOOKS = 5;

    /** How many requests for slots are made in a renewal, so that many nodes are no burden to their storage. */
    private static final int REQUESTS_PER_RENEWAL = 64;

    /** How many rounds, of {@link #LOOKS} in a renewal, lie between two looks at all the others; at most a renewal. */
    int roundsBetweenLooks(int requests) {
        return Math.clamp(Math.ceilDiv((long) LOOKS * requests, REQUESTS_PER_RENEWAL), 1, LOOKS);
    }

    /** The time between two rounds of looks. */
    long lookMs() {
        return Math.max(1, renewalMs / LOOKS);
    }

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
