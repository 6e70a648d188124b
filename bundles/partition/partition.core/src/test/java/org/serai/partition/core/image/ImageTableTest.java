package org.serai.partition.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.serai.partition.core.image.ImageTest.indexOf;
import static org.serai.partition.core.image.ImageTest.isCorrupt;
import static org.serai.partition.core.image.ImageTest.reseal;
import static org.serai.partition.core.image.ImageTest.state;
import static org.serai.partition.core.image.ImageTest.write;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;

/** What the SHA-256 finds, which is over the heads of chunks and not over their data. */
class ImageTableTest {
    private static final int MIB = 1 << 20;

    @Test
    void aChangeUnderAllChecksumsButTheLastIsFoundByTheSha256() {
        MemoryLu lu = new MemoryLu(64 * 1024);
        write(lu, state(3000));
        int first = indexOf(lu.bytes, "CHNK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        ByteBuffer chunk = ByteBuffer.wrap(lu.bytes);
        chunk.put(first + ImageFormat.CHUNK_HEAD_BYTES, (byte) ~chunk.get(first + ImageFormat.CHUNK_HEAD_BYTES));
        reseal(chunk, first);
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> new Image(lu).verify())
                .satisfies(e -> assertThat(e.reason()).contains("SHA-256"));
    }

    @Test
    void theSha256IsOverHeaderHeadsOfChunksAndCounts() throws Exception {
        MemoryLu lu = new MemoryLu(12 * MIB);
        ImageSummary summary = write(lu, state(3 * MIB + 3000));
        ByteBuffer image = ByteBuffer.wrap(lu.bytes);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        int at = 16 + image.getInt(12) + 4;
        digest.update(lu.bytes, 0, at);
        int chunks = 0;
        while (image.getInt(at) == 0x43484E4B) {
            digest.update(lu.bytes, at, 24);
            at += 24 + image.getInt(at + 12);
            chunks++;
        }
        digest.update(lu.bytes, at, 24);
        assertThat(chunks).isEqualTo(4);
        assertThat(at + 60).isEqualTo(summary.storedBytes());
        assertThat(summary.sha256()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
        assertThat(Arrays.copyOfRange(lu.bytes, at + 24, at + 56))
                .isEqualTo(HexFormat.of().parseHex(summary.sha256()));
    }

    @Test
    void chunksThatChangePlacesAreFoundThoughAllTheirChecksumsHold() {
        MemoryLu whole = new MemoryLu(12 * MIB);
        byte[] random = new byte[2 * MIB];
        new Random(1).nextBytes(random);
        write(whole, random);
        ByteBuffer image = ByteBuffer.wrap(whole.bytes);
        int first = indexOf(whole.bytes, "CHNK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        int length = ImageFormat.CHUNK_HEAD_BYTES + image.getInt(first + 12);
        assertThat(ImageFormat.CHUNK_HEAD_BYTES + image.getInt(first + length + 12))
                .isEqualTo(length);
        MemoryLu swapped = whole.copy();
        System.arraycopy(whole.bytes, first, swapped.bytes, first + length, length);
        System.arraycopy(whole.bytes, first + length, swapped.bytes, first, length);
        isCorrupt(swapped);
        ByteBuffer other = ByteBuffer.wrap(swapped.bytes);
        other.putInt(first + 4, 0).putInt(first + length + 4, 1);
        reseal(other, first);
        reseal(other, first + length);
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> new Image(swapped).verify())
                .satisfies(e -> assertThat(e.reason()).contains("SHA-256"));
    }

    @Test
    void anotherImageOfTheSameLengthHasAnotherSha256() {
        MemoryLu lu = new MemoryLu(4 * MIB);
        byte[] state = new byte[MIB];
        new Random(1).nextBytes(state);
        ImageSummary one = write(lu, state);
        state[4711] ^= 1;
        ImageSummary other = write(lu, state);
        assertThat(other.storedBytes()).isEqualTo(one.storedBytes());
        assertThat(other.sha256()).isNotEqualTo(one.sha256());
    }

    @Test
    void anImageOfAnotherVersionIsRefusedByItsNumber() {
        MemoryLu lu = new MemoryLu(64 * 1024);
        write(lu, state(3000));
        ByteBuffer.wrap(lu.bytes).putInt(8, 1);
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> new Image(lu).verify())
                .satisfies(
                        e -> assertThat(e.reason()).contains("format version 1").contains("version 2"));
    }
}
