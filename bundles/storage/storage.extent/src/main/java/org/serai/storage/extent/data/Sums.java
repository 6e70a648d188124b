package org.serai.storage.extent.data;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.StampedLock;

/**
 * The checksums of an extent's blocks in memory. Who reads or writes content holds the gate shared; who changes the state
 * holds it alone.
 */
final class Sums {
    /** What the sum page on the PV says of the content. */
    enum State {
        /** It holds the sums. Before content is written over it must say, durably, that it does not. */
        SETTLED,
        /** It says that the content is changing, and was written by an earlier holder: nothing is known. */
        UNKNOWN,
        /** It says, durably or before a map names the extent, that the content is changing, and that is so. */
        UNSETTLED,
        /** This object is out of use: look for another one. */
        GONE
    }

    final long address;
    final int[] crcs;
    final StampedLock gate = new StampedLock();
    /** A bit for each block: its sum is not known. */
    private final AtomicLongArray unknown;

    volatile State state;
    volatile long generation;
    /** Set by each write, so that who settles sees that one came between. */
    volatile boolean touched;
    /** Set by each write, taken away by each look for extents that are idle. */
    volatile boolean busy;
    /** A hint for the cache. */
    boolean used;

    volatile Sums next;

    Sums(long address, State state, int[] crcs, long generation) {
        this.address = address;
        this.state = state;
        this.crcs = crcs;
        this.generation = generation;
        this.unknown = new AtomicLongArray(Math.ceilDiv(crcs.length, Long.SIZE));
        if (state != State.SETTLED) {
            forgetAll();
        }
    }

    boolean isKnown(int block) {
        return (unknown.get(block / Long.SIZE) >>> block & 1) == 0;
    }

    /** From now on the block's sum says nothing. Before the block is written. */
    void forget(int block) {
        int word = block / Long.SIZE;
        long bit = 1L << block;
        for (long now = unknown.get(word); (now & bit) == 0; now = unknown.get(word)) {
            if (unknown.compareAndSet(word, now, now | bit)) {
                return;
            }
        }
    }

    void forgetAll() {
        for (int i = 0; i < unknown.length(); i++) {
            unknown.set(i, -1);
        }
    }

    void knowAll() {
        for (int i = 0; i < unknown.length(); i++) {
            unknown.set(i, 0);
        }
    }
}
