package org.serai.storage.extent.data;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Takes checksums of blocks without making objects. */
public final class BlockSums {
    private final CRC32C[] crcs = new CRC32C[16];

    /** With memory of its own; for one thread at a time. */
    public BlockSums() {
        for (int i = 0; i < crcs.length; i++) {
            crcs[i] = new CRC32C();
        }
    }

    /** The sum of the block that begins at an index of the buffer, whose position and limit stay. */
    public int of(ByteBuffer buffer, int at) {
        CRC32C crc = crcs[(int) Thread.currentThread().threadId() & crcs.length - 1];
        int position = buffer.position();
        int limit = buffer.limit();
        synchronized (crc) {
            crc.reset();
            buffer.limit(at + SumPage.BLOCK).position(at);
            crc.update(buffer);
            buffer.limit(limit).position(position);
            return (int) crc.getValue();
        }
    }
}
