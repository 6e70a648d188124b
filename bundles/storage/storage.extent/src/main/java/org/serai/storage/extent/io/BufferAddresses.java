package org.serai.storage.extent.io;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Remembers where direct buffers are in memory, because asking the runtime allocates an object each time. Buffers are
 * held weakly.
 */
final class BufferAddresses {
    private static final int SLOTS = 1024;

    private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(SLOTS);

    /** The address of index 0 of a direct buffer. */
    long of(ByteBuffer buffer) {
        int slot = System.identityHashCode(buffer) & SLOTS - 1;
        Known hit = known.get(slot);
        if (hit != null && hit.refersTo(buffer)) {
            return hit.address;
        }
        Known fresh = new Known(buffer);
        known.set(slot, fresh);
        return fresh.address;
    }

    private static final class Known extends WeakReference<ByteBuffer> {
        private final long address;

        Known(ByteBuffer buffer) {
            super(buffer);
            this.address = MemorySegment.ofBuffer(buffer.duplicate().clear()).address();
        }
    }
}
