package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.spi.ScsiTask;

/**
 * Buffers of a connection for data-out that comes in parts and data-in that goes in parts. A few are kept for the next
 * command; the others go back to the portal.
 */
final class DataBuffers {
    private static final int SMALLEST_BITS = 12;
    private static final int CLASSES = Integer.numberOfTrailingZeros(ScsiTask.MAX_TRANSFER_BYTES) - SMALLEST_BITS + 1;

    /** What one connection may have in use. */
    private static final int MAX_BYTES = 16 * ScsiTask.MAX_TRANSFER_BYTES;

    /** What it keeps unused. */
    private static final int KEPT_BYTES = ScsiTask.MAX_TRANSFER_BYTES;

    private final Memory memory;
    private final ByteBufferDeque[] free = new ByteBufferDeque[CLASSES];
    private int heldBytes;
    private int keptBytes;

    /** Names the element type that an array cannot have. */
    private static final class ByteBufferDeque extends ArrayDeque<ByteBuffer> {
        private static final long serialVersionUID = 1;
    }

    DataBuffers(Memory memory) {
        this.memory = memory;
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new ByteBufferDeque();
        }
    }

    /** A buffer with that limit; null if there is no room for it now. */
    ByteBuffer take(int bytes) {
        int capacity = Memory.capacity(bytes);
        ByteBuffer buffer = free[sizeClass(bytes)].pollLast();
        if (buffer != null) {
            keptBytes -= capacity;
            return buffer.clear().limit(bytes);
        }
        if (heldBytes - keptBytes + capacity > MAX_BYTES) {
            return null;
        }
        Optional<ByteBuffer> more = memory.take(bytes);
        if (more.isEmpty()) {
            return null;
        }
        heldBytes += capacity;
        return more.get();
    }

    void give(ByteBuffer buffer) {
        int capacity = buffer.capacity();
        if (keptBytes + capacity <= KEPT_BYTES) {
            keptBytes += capacity;
            free[sizeClass(capacity)].addLast(buffer);
        } else {
            heldBytes -= capacity;
            memory.give(buffer);
        }
    }

    /** Gives all back to the portal that is not in use. */
    void close() {
        for (ByteBufferDeque each : free) {
            each.forEach(memory::give);
            each.clear();
        }
        heldBytes -= keptBytes;
        keptBytes = 0;
    }

    private static int sizeClass(int bytes) {
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) - SMALLEST_BITS);
    }
}
