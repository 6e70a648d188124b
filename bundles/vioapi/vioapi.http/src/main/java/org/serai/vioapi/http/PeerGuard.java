package org.serai.vioapi.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts requests without a valid token, for each address and minute. What an address has used up stays used up for the
 * minute, valid token or not: otherwise whoever guesses would be told when it guessed right.
 */
final class PeerGuard {
    private static final int ADDRESSES_MAX = 10_000;
    private static final long SPAN_NS = TimeUnit.MINUTES.toNanos(1);

    private final int failuresMax;
    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new LinkedHashMap<>();

    private record Count(long sinceNs, int failures) {}

    PeerGuard(int failuresMax, LongSupplier nanoTime) {
        this.failuresMax = failuresMax;
        this.nanoTime = nanoTime;
    }

    /** Seconds after which the address is heard again; 0 if it is heard now. */
    synchronized long shutOutSeconds(String address) {
        Count count = counts.get(address);
        if (count == null || count.failures() < failuresMax) {
            return 0;
        }
        long leftNs = SPAN_NS - (nanoTime.getAsLong() - count.sinceNs());
        if (leftNs <= 0) {
            counts.remove(address);
            return 0;
        }
        return TimeUnit.NANOSECONDS.toSeconds(leftNs) + 1;
    }

    synchronized void failed(String address) {
        long now = nanoTime.getAsLong();
        Count before = counts.remove(address);
        boolean goesOn = before != null && now - before.sinceNs() < SPAN_NS;
        counts.put(address, goesOn ? new Count(before.sinceNs(), before.failures() + 1) : new Count(now, 1));
        if (counts.size() > ADDRESSES_MAX) {
            counts.remove(counts.keySet().iterator().next());
        }
    }
}
