package org.serai.partition.core.image;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.serai.partition.core.json.Json;

/** Reads an image from its first byte on and believes nothing before its checksum has been compared. */
final class ImageReader {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ImageBytes in;
    private final MessageDigest sha256 = ImageFormat.sha256();
    private final ByteBuffer head = ByteBuffer.allocate(ImageFormat.CHUNK_HEAD_BYTES);
    private int nextSequence;
    private long stateBytes;

    ImageReader(ImageBytes in) {
        this.in = in;
    }

    ImageHeader header() {
        ByteBuffer fixed = exactly(ImageFormat.HEADER_FIXED_BYTES);
        if (fixed.getLong(0) != ImageFormat.MAGIC) {
            throw ImageFormat.corrupt("the LU does not begin with an image");
        }
        int version = fixed.getInt(8);
        int length = fixed.getInt(12);
        if (version != ImageFormat.VERSION) {
            throw ImageFormat.corrupt(
                    "the image has format version " + version + " and this node knows version " + ImageFormat.VERSION);
        }
        if (length <= 0 || length > ImageFormat.HEADER_JSON_BYTES_MAX) {
            throw ImageFormat.corrupt("the image's header claims a length of " + length + " bytes");
        }
        ByteBuffer json = exactly(length);
        ByteBuffer crc = exactly(ImageFormat.CRC_BYTES);
        if (crc.getInt(0) != ImageFormat.crc(fixed, 0, fixed.capacity(), json)) {
            throw ImageFormat.corrupt("the checksum of the image's header is wrong");
        }
        sha256.update(fixed.duplicate());
        sha256.update(json.duplicate());
        sha256.update(crc.duplicate());
        try {
            return Json.read(json.array(), ImageHeader.class);
        } catch (UncheckedIOException e) {
            throw ImageFormat.corrupt("the image's header is not understood: "
                    + e.getCause().getClass().getSimpleName());
        }
    }

    /**
     * Reads the next chunk.
     *
     * @return it, its data valid until the next call; null is never returned: {@link Chunk#NONE} stands at the trailer
     */
    Chunk next() {
        head.clear().put(in.take(4));
        int marker = head.getInt(0);
        if (marker == ImageFormat.TRAILER_MARKER) {
            return Chunk.NONE;
        }
        if (marker != ImageFormat.CHUNK_MARKER) {
            throw ImageFormat.corrupt("chunk " + nextSequence + " does not begin where the one before it ends");
        }
        head.put(in.take(ImageFormat.CHUNK_HEAD_BYTES - 4));
        int sequence = head.getInt(4);
        int rawLength = head.getInt(8);
        int length = head.getInt(12);
        int coding = head.getInt(16);
        if (sequence != nextSequence) {
            throw ImageFormat.corrupt("chunk " + nextSequence + " is missing: chunk " + sequence + " stands there");
        }
        if (rawLength <= 0 || rawLength > ImageFormat.CHUNK_BYTES_MAX || length <= 0 || length > rawLength) {
            throw ImageFormat.corrupt("chunk " + sequence + " claims lengths of " + rawLength + " and " + length);
        }
        if (coding != ImageFormat.CODING_ZSTD && !(coding == ImageFormat.CODING_RAW && length == rawLength)) {
            throw ImageFormat.corrupt("chunk " + sequence + " claims the unknown coding " + coding);
        }
        ByteBuffer data = in.take(length);
        int fields = ImageFormat.CHUNK_HEAD_BYTES - ImageFormat.CRC_BYTES;
        if (head.getInt(fields) != ImageFormat.crc(head, 0, fields, data)) {
            throw ImageFormat.corrupt("the checksum of chunk " + sequence + " is wrong");
        }
        sha256.update(head.array());
        nextSequence++;
        stateBytes += rawLength;
        return new Chunk(rawLength, coding, data);
    }

    /** Reads the trailer, whose marker {@link #next} has met, and compares everything that it says. */
    ImageSummary trailer() {
        ByteBuffer trailer = ByteBuffer.allocate(ImageFormat.TRAILER_BYTES).putInt(ImageFormat.TRAILER_MARKER);
        int shaAt = ImageFormat.TRAILER_BYTES - ImageFormat.CRC_BYTES - ImageFormat.SHA256_BYTES;
        trailer.put(in.take(shaAt - trailer.position()));
        sha256.update(trailer.array(), 0, shaAt);
        byte[] found = sha256.digest();
        trailer.put(in.take(trailer.remaining()));
        in.end();
        int crcAt = shaAt + ImageFormat.SHA256_BYTES;
        if (trailer.getInt(crcAt) != ImageFormat.crc(trailer, 0, crcAt, NOTHING)) {
            throw ImageFormat.corrupt("the checksum of the image's trailer is wrong");
        }
        if (trailer.getInt(4) != nextSequence
                || trailer.getLong(8) != stateBytes
                || trailer.getLong(16) != in.takenBytes()) {
            throw ImageFormat.corrupt("the image's trailer counts other chunks or bytes than are there");
        }
        if (!Arrays.equals(found, Arrays.copyOfRange(trailer.array(), shaAt, crcAt))) {
            throw ImageFormat.corrupt("the SHA-256 of the image's table is not the one in its trailer");
        }
        return new ImageSummary(stateBytes, in.takenBytes(), HexFormat.of().formatHex(found));
    }

    private ByteBuffer exactly(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        return bytes.put(in.take(length)).flip();
    }

    /** A verified chunk. */
    record Chunk(int rawLength, int coding, ByteBuffer data) {
        static final Chunk NONE = new Chunk(0, 0, ByteBuffer.allocate(0));
    }
}
