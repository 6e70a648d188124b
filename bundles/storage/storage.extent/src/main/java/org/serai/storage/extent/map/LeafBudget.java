package org.serai.storage.extent.map;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many leaves the maps that share it may keep in memory. Who needs more has them while there are some left, and an
 * equal part in any case, so that together they never keep more than twice as many.
 */
public final class LeafBudget {
    /** So many any map may have: fewer would be read again for each request. */
    public static final int LEAST = 16;

    private final int most;
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger maps = new AtomicInteger();

    /** For so many leaves. */
    public LeafBudget(int most) {
        this.most = most;
    }

    void join() {
        maps.incrementAndGet();
    }

    /** A map with so many leaves is used no more. */
    void leave(int leaves) {
        kept.addAndGet(-leaves);
        maps.decrementAndGet();
    }

    /** Whether a map that has so many leaves may have one more. */
    boolean allows(int leaves) {
        return kept.get() < most || leaves < Math.max(LEAST, most / Math.max(1, maps.get()));
    }

    void changed(int leaves) {
        kept.addAndGet(leaves);
    }
}
