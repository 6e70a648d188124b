package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import org.serai.storage.OpenLu;

/** The bytes of an image as they are read from its LU, in large aligned pieces, and never beyond the LU's end. */
final class StreamedBytes implements ImageBytes {
    private static final int BUFFER_BYTES = 2 * ImageFormat.CHUNK_BYTES_MAX;

    private final OpenLu lu;
    private final ByteBuffer buffer;
    private long nextOffset;
    private long takenBytes;

    StreamedBytes(OpenLu lu) {
        this.lu = lu;
        this.buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    }

    @Override
    public ByteBuffer take(int length) {
        while (buffer.remaining() < length) {
            fill();
        }
        ByteBuffer taken = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        takenBytes += length;
        return taken;
    }

    @Override
    public long takenBytes() {
        return takenBytes;
    }

    /** Does nothing: only the image itself tells its length. */
    @Override
    public void end() {
        // The LU may go on.
    }

    private void fill() {
        long left = lu.sizeBytes() - nextOffset;
        if (left <= 0) {
            throw ImageFormat.endsTooSoon(lu.sizeBytes());
        }
        buffer.compact();
        int kept = buffer.position();
        int room = buffer.remaining() / OpenLu.BLOCK_BYTES * OpenLu.BLOCK_BYTES;
        buffer.limit(kept + (int) Math.min(left, room));
        nextOffset += buffer.remaining();
        lu.read(nextOffset - buffer.remaining(), buffer);
        buffer.position(0);
    }
}
