package org.serai.storage.extent.data;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.serai.storage.extent.pv.Pages;

/** Direct buffers for copies inside the pool, which are used again. */
final class CopyBuffers {
    static final int BYTES = 256 * 1024;

    private static final int KEPT = 8;

    private final ArrayBlockingQueue<ByteBuffer> idle = new ArrayBlockingQueue<>(KEPT);

    ByteBuffer take() {
        ByteBuffer known = idle.poll();
        return known == null ? Pages.allocate(BYTES / Pages.BYTES) : known.clear();
    }

    void giveBack(ByteBuffer buffer) {
        // One more than are kept is left to the collector.
        idle.offer(buffer);
    }
}
