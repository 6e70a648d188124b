package org.serai.scsi.iscsi.pdu;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The direct memory of a portal: limited in all, and used again instead of being left to the garbage collector, which may
 * come late. Buffers are powers of two. Safe for use by many threads; not on the way of an I/O.
 */
public final class Memory {
    private static final int SMALLEST_BITS = 12;
    private static final int CLASSES = Integer.SIZE - 1 - SMALLEST_BITS;

    private final long limitBytes;
    private final Free[] free = new Free[CLASSES];
    private long allocatedBytes;
    private long usedBytes;

    /** Names the element type that an array cannot have. */
    private static final class Free extends ArrayDeque<ByteBuffer> {
        private static final long serialVersionUID = 1;
    }

    /** @param limitBytes how much there is at most */
    public Memory(long limitBytes) {
        this.limitBytes = limitBytes;
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new Free();
        }
    }

    /** A buffer of at least that capacity with that limit; empty if there is no memory for it now. */
    public synchronized Optional<ByteBuffer> take(int bytes) {
        return take(bytes, limitBytes);
    }

    /** As {@link #take}, of the half that is not kept for the data of those who are connected already. */
    public synchronized Optional<ByteBuffer> takeForConnection(int bytes) {
        return take(bytes, limitBytes / 2);
    }

    private Optional<ByteBuffer> take(int bytes, long upTo) {
        int capacity = capacity(bytes);
        if (usedBytes + capacity > upTo) {
            return Optional.empty();
        }
        ByteBuffer buffer = free[sizeClass(bytes)].pollLast();
        if (buffer == null) {
            dropUnused(capacity);
            buffer = allocate(capacity);
            if (buffer == null) {
                return Optional.empty();
            }
            allocatedBytes += capacity;
        }
        usedBytes += capacity;
        return Optional.of(buffer.clear().limit(bytes));
    }

    /** The JVM has a limit of its own, which others fill too. */
    private static ByteBuffer allocate(int capacity) {
        try {
            return ByteBuffer.allocateDirect(capacity);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    private void dropUnused(int wanted) {
        for (Free each : free) {
            while (!each.isEmpty() && allocatedBytes + wanted > limitBytes) {
                allocatedBytes -= each.removeLast().capacity();
            }
        }
    }

    /** Gives a buffer back that {@link #take} gave; nobody uses it any more. */
    public synchronized void give(ByteBuffer buffer) {
        usedBytes -= buffer.capacity();
        free[sizeClass(buffer.capacity())].addLast(buffer);
    }

    /** How much is in use. */
    public synchronized long usedBytes() {
        return usedBytes;
    }

    /** The capacity that a buffer for that many bytes has. */
    public static int capacity(int bytes) {
        return 1 << sizeClass(bytes) + SMALLEST_BITS;
    }

    private static int sizeClass(int bytes) {
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) - SMALLEST_BITS);
    }
}
