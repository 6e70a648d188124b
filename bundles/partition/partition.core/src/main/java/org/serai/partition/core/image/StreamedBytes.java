package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import org.serai.storage.OpenLu;

/** The bytes of an image as they are read from its LU, in large aligned pieces, and never beyond the LU's end. */
final class StreamedBytes implements ImageBytes {
    private static final int BUFFER_BYTES = 2 * ImageFormat.CHUNK_BYTES_MAX;

    private final OpenLu lu;
    private final ImageDigest digest = new ImageDigest();
    private final ByteBuffer buffer;
    private long nextOffset;

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
        digest.update(taken.duplicate());
        return taken;
    }

    @Override
    public long takenBytes() {
        return digest.bytes();
    }

    @Override
    public byte[] sha256() {
        return digest.value();
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
