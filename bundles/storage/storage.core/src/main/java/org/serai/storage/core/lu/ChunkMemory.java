package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory that all open LUs of a node share, in chunks; taken from the system when it is first needed, and kept then. */
public final class ChunkMemory {
    static final int CHUNK_BYTES = 256 * 1024;

    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unmade;

    /** Memory of so many chunks at most. */
    public ChunkMemory(int chunks) {
        unmade = new AtomicInteger(chunks);
    }

    /** An empty chunk, if there is one. */
    Optional<ByteBuffer> take() {
        ByteBuffer found = free.poll();
        if (found != null) {
            return Optional.of(found);
        }
        if (unmade.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(ByteBuffer.allocateDirect(CHUNK_BYTES));
        } catch (OutOfMemoryError e) {
            // The transports have it for now: without it less is kept, and that is known.
            unmade.incrementAndGet();
            return Optional.empty();
        }
    }

    /** Gives a chunk back. */
    void giveBack(ByteBuffer chunk) {
        free.add(chunk.clear());
    }
}
