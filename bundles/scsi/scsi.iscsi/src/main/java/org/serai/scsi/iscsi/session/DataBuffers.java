package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.serai.scsi.spi.ScsiTask;

/** Buffers for data-out that comes in parts: powers of two, kept for the next command, limited for a connection. */
final class DataBuffers {
    private static final int SMALLEST_BITS = 12;
    private static final int CLASSES = Integer.numberOfTrailingZeros(ScsiTask.MAX_TRANSFER_BYTES) - SMALLEST_BITS + 1;

    /** What one connection may hold. */
    private static final int MAX_BYTES = 16 * ScsiTask.MAX_TRANSFER_BYTES;

    private final ByteBufferDeque[] free = new ByteBufferDeque[CLASSES];
    private int heldBytes;

    /** Names the element type that an array cannot have. */
    private static final class ByteBufferDeque extends ArrayDeque<ByteBuffer> {
        private static final long serialVersionUID = 1;
    }

    DataBuffers() {
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new ByteBufferDeque();
        }
    }

    /** Whether a buffer of that size can be had now. */
    boolean has(int bytes) {
        return !free[sizeClass(bytes)].isEmpty() || heldBytes + capacity(bytes) <= MAX_BYTES || dropUnused(bytes);
    }

    /** A buffer with that limit, which {@link #has} promised. */
    ByteBuffer take(int bytes) {
        ByteBuffer buffer = free[sizeClass(bytes)].pollLast();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(capacity(bytes));
            heldBytes += capacity(bytes);
        }
        return buffer.clear().limit(bytes);
    }

    void give(ByteBuffer buffer) {
        free[sizeClass(buffer.capacity())].addLast(buffer);
    }

    /** Gives up buffers of other sizes that nobody uses. */
    private boolean dropUnused(int bytes) {
        for (ByteBufferDeque each : free) {
            while (!each.isEmpty() && heldBytes + capacity(bytes) > MAX_BYTES) {
                heldBytes -= each.removeLast().capacity();
            }
        }
        return heldBytes + capacity(bytes) <= MAX_BYTES;
    }

    private static int sizeClass(int bytes) {
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) - SMALLEST_BITS);
    }

    private static int capacity(int bytes) {
        return 1 << sizeClass(bytes) + SMALLEST_BITS;
    }
}
