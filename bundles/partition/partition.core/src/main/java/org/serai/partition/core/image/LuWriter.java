package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import org.serai.partition.PartitionError;
import org.serai.storage.OpenLu;

/** Writes bytes one after the other into an LU, in large aligned pieces. */
final class LuWriter {
    private static final int BUFFER_BYTES = 4 << 20;

    private final OpenLu lu;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long writtenBytes;

    LuWriter(OpenLu lu) {
        this.lu = lu;
    }

    void write(ByteBuffer from) {
        while (from.hasRemaining()) {
            int length = Math.min(from.remaining(), buffer.remaining());
            buffer.put(from.slice(from.position(), length));
            from.position(from.position() + length);
            if (!buffer.hasRemaining()) {
                drain();
            }
        }
    }

    /** Fills the last block with zeros and puts everything on stable storage. */
    void finish() {
        while (buffer.position() % OpenLu.BLOCK_BYTES != 0) {
            buffer.put((byte) 0);
        }
        drain();
        lu.flush();
    }

    private void drain() {
        buffer.flip();
        if (writtenBytes + buffer.remaining() > lu.sizeBytes()) {
            throw PartitionError.NO_ROOM.error(
                    "the hibernation image does not fit into its LU",
                    "the LU has " + lu.sizeBytes() + " bytes and the image is larger",
                    "make a larger LU of kind hibernation for this client");
        }
        lu.write(writtenBytes, buffer.slice());
        writtenBytes += buffer.remaining();
        buffer.clear();
    }
}
