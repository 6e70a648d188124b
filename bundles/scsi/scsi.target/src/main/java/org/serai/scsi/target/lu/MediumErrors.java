package org.serai.scsi.target.lu;

import java.util.concurrent.atomic.AtomicLong;

/** How often an LU could not be read or written since it is exported here, or since somebody set it to zero. */
public final class MediumErrors {
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();

    /** Counts one. */
    public void count(boolean read) {
        (read ? reads : writes).incrementAndGet();
    }

    /** Of reads. */
    public long reads() {
        return reads.get();
    }

    /** Of writes and flushes. */
    public long writes() {
        return writes.get();
    }

    /** Begins anew; whether there was any. */
    public boolean clear() {
        return reads.getAndSet(0) + writes.getAndSet(0) > 0;
    }
}
