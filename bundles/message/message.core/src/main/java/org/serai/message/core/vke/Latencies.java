package org.serai.message.core.vke;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import org.serai.message.MessageStats;

/** A histogram of microseconds: eight classes for each power of two. */
public final class Latencies {
    private static final int PARTS = 8;
    private static final int PARTS_BITS = 3;
    private static final int CLASSES = 40 * PARTS;

    private final AtomicLongArray counts = new AtomicLongArray(CLASSES);
    private final LongAccumulator maxUs = new LongAccumulator(Math::max, 0);

    /** Nothing was measured yet. */
    public Latencies() {}

    public void add(long nanos) {
        long us = Math.max(0, nanos / 1000);
        maxUs.accumulate(us);
        counts.incrementAndGet(classOf(us));
    }

    private static int classOf(long us) {
        if (us < PARTS) {
            return (int) us;
        }
        int power = 63 - Long.numberOfLeadingZeros(us);
        int part = (int) (us >> (power - PARTS_BITS)) & (PARTS - 1);
        return Math.min(CLASSES - 1, (power - PARTS_BITS + 1) * PARTS + part);
    }

    /** The highest value of a class. */
    private static long top(int index) {
        if (index < PARTS) {
            return index;
        }
        int power = index / PARTS + PARTS_BITS - 1;
        return ((long) (PARTS + index % PARTS + 1) << (power - PARTS_BITS)) - 1;
    }

    /** What was measured until now. */
    public MessageStats.Latency summary() {
        long[] now = new long[CLASSES];
        Arrays.setAll(now, counts::get);
        long all = Arrays.stream(now).sum();
        return new MessageStats.Latency(all, quantile(now, all, 0.5), quantile(now, all, 0.99), maxUs.get());
    }

    private long quantile(long[] now, long all, double part) {
        long wanted = (long) Math.ceil(all * part);
        long seen = 0;
        for (int i = 0; i < now.length; i++) {
            seen += now[i];
            if (seen >= wanted && seen > 0) {
                return Math.min(top(i), maxUs.get());
            }
        }
        return 0;
    }
}
