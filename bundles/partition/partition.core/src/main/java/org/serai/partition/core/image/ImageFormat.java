package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;

/**
 * The layout of a hibernation image; all numbers big-endian, parts back to back from the LU's first byte.
 *
 * <pre>
 * header   magic 8 | version 4 | length 4 | JSON | CRC32C 4 of all before
 * chunk    marker 4 | sequence 4 | raw length 4 | stored length 4 | coding 4 | CRC32C 4 of the fields before and the data | data
 * trailer  marker 4 | chunks 4 | raw bytes 8 | stored bytes 8 | SHA-256 32 | CRC32C 4 of the trailer before
 * </pre>
 *
 * The SHA-256 is of the header, the heads of all chunks in their order, and the trailer before it: thus of every byte but
 * the chunks' data, for which their checksums in the heads stand. It is in the VIOS DB too, so that an image that was
 * cut, put together anew or exchanged for another one is found; damage to data is found by the checksums.
 */
final class ImageFormat {
    /** "SERAIIMG". */
    static final long MAGIC = 0x5345_5241_4949_4D47L;

    static final int VERSION = 2;
    static final int HEADER_FIXED_BYTES = 16;
    static final int HEADER_JSON_BYTES_MAX = 1 << 20;
    static final int CRC_BYTES = 4;

    /** "CHNK". */
    static final int CHUNK_MARKER = 0x4348_4E4B;

    static final int CHUNK_HEAD_BYTES = 24;
    static final int CHUNK_BYTES_MAX = 1 << 20;
    static final int CODING_RAW = 0;
    static final int CODING_ZSTD = 1;

    /** "TRLR". */
    static final int TRAILER_MARKER = 0x5452_4C52;

    static final int SHA256_BYTES = 32;
    static final int TRAILER_BYTES = 4 + 4 + 8 + 8 + SHA256_BYTES + CRC_BYTES;

    private ImageFormat() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The checksum of what lies between two places of a buffer, followed by another buffer's rest. */
    static int crc(ByteBuffer fields, int from, int to, ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(fields.duplicate().clear().position(from).limit(to));
        crc.update(data.duplicate());
        return (int) crc.getValue();
    }

    /** An image whose end is missing. */
    static SeraiException endsTooSoon(long luBytes) {
        return corrupt("the image goes beyond the end of its LU at byte " + luBytes);
    }

    /** An image that is not what it should be. */
    static SeraiException corrupt(String cause) {
        return PartitionError.IMAGE_CORRUPT.error(
                "The hibernation image fails its verification",
                cause,
                "look for other damage with pool:check; lpar:stop --drop-image drops the image, so that the partition can boot from"
                        + " its disks");
    }
}
