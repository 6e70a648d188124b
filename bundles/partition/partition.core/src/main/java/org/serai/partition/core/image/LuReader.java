package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import org.serai.storage.OpenLu;

/** Reads bytes one after the other from an LU, in large aligned pieces, and never beyond its end. */
final class LuReader {
    private static final int BUFFER_BYTES = 1 << 20;

    private final OpenLu lu;
    private final ByteBuffer buffer;
    private long nextOffset;
    private long takenBytes;

    LuReader(OpenLu lu) {
        this.lu = lu;
        this.buffer = ByteBuffer.allocateDirect((int) Math.min(lu.sizeBytes(), BUFFER_BYTES))
                .limit(0);
    }

    /** How many bytes have been taken. */
    long takenBytes() {
        return takenBytes;
    }

    /** Fills the buffer to its limit. */
    void read(ByteBuffer into) {
        while (into.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            int length = Math.min(into.remaining(), buffer.remaining());
            into.put(buffer.slice(buffer.position(), length));
            buffer.position(buffer.position() + length);
            takenBytes += length;
        }
    }

    private void fill() {
        long left = lu.sizeBytes() - nextOffset;
        if (left <= 0) {
            throw ImageFormat.corrupt("the image goes beyond the end of its LU at byte " + lu.sizeBytes());
        }
        buffer.clear().limit((int) Math.min(left, buffer.capacity()));
        lu.read(nextOffset, buffer);
        nextOffset += buffer.limit();
        buffer.position(0);
    }
}
