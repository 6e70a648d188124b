package org.serai.scsi.iscsi.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/** Counters of one LUN in one session. */
public final class UnitStatistics {
    private static final long MAX_US = TimeUnit.SECONDS.toMicros(60);
    private static final int DIGITS = 2;

    private final LongAdder failed = new LongAdder();
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final AtomicHistogram latencyUs = new AtomicHistogram(MAX_US, DIGITS);

    void count(boolean good, long read, long written, long nanos) {
        if (!good) {
            failed.increment();
        }
        if (read > 0) {
            readBytes.add(read);
        }
        if (written > 0) {
            writtenBytes.add(written);
        }
        latencyUs.recordValue(Math.clamp(nanos / 1000, 0, MAX_US));
    }

    /**
     * The counts at one time.
     *
     * @param latencyUs latencies in microseconds; as many as there were commands
     */
    public record Snapshot(long failed, long readBytes, long writtenBytes, Histogram latencyUs) {
        /** What came since an earlier one. */
        public Snapshot since(Snapshot before) {
            Histogram difference = latencyUs.copy();
            difference.subtract(before.latencyUs);
            return new Snapshot(
                    failed - before.failed,
                    readBytes - before.readBytes,
                    writtenBytes - before.writtenBytes,
                    difference);
        }
    }

    /** The counts now. */
    public Snapshot snapshot() {
        Histogram copy = new Histogram(MAX_US, DIGITS);
        copy.add(latencyUs);
        return new Snapshot(failed.sum(), readBytes.sum(), writtenBytes.sum(), copy);
    }
}
