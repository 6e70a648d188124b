package org.serai.partition.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;
import org.serai.storage.StorageError;

class ImageTest {
    private static final Executor WORKERS = task -> Thread.ofPlatform().daemon().start(task);
    private static final int MIB = 1 << 20;
    private static final UUID LPAR = UUID.fromString("11111111-2222-4333-8444-555555555555");

    static ImageHeader header() {
        var definition = new ImageHeader.Definition("simulated", MIB, 1, "aa", "bb", "console=ttyS0");
        var disk = new ImageHeader.Disk(0, new UUID(3, 4), "data1", 1 << 30, 7);
        return new ImageHeader(
                LPAR,
                "web",
                5,
                9,
                new UUID(1, 1),
                new UUID(1, 2),
                definition,
                List.of(new ImageHeader.Adapter(12, 2, "U1.2.3-V2-C2", List.of(disk))),
                new TreeMap<>(Map.of("machine", "pc-q35-7.2")));
    }

    /** Bytes of which a part can be compressed and a part cannot. */
    static byte[] state(int length) {
        byte[] state = new byte[length];
        new Random(42).nextBytes(state);
        Arrays.fill(state, length / 3, length / 2, (byte) 0);
        return state;
    }

    static ImageSummary write(MemoryLu lu, byte[] state) {
        ImageWriter writer = new ImageWriter(lu, header(), WORKERS);
        try {
            Random random = new Random(7);
            ByteBuffer all = ByteBuffer.wrap(state);
            while (all.hasRemaining()) {
                int length = Math.min(all.remaining(), 1 + random.nextInt(300_000));
                writer.write(all.slice(all.position(), length));
                all.position(all.position() + length);
            }
            return writer.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            writer.abandon();
        }
    }

    private static byte[] read(MemoryLu lu) throws IOException {
        return read(new Image(lu));
    }

    private static byte[] read(Image image) throws IOException {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        try (ReadableByteChannel channel = image.state(WORKERS)) {
            Channels.newInputStream(channel).transferTo(found);
        }
        return found.toByteArray();
    }

    private static void isCorrupt(MemoryLu lu) {
        isCorrupt(lu, 0, "of unknown length");
    }

    /** Read twice, and read once into memory: both find it. */
    private static void isCorrupt(MemoryLu lu, long recordedBytes, String what) {
        for (int roomMib : new int[] {0, 16}) {
            try (Image image = new ImageMemory(roomMib, WORKERS).open(lu, recordedBytes)) {
                assertThatExceptionOfType(SeraiException.class)
                        .as("%s, with %d MiB of memory", what, roomMib)
                        .isThrownBy(image::verify)
                        .satisfies(e -> assertThat(e.code()).isEqualTo(PartitionError.IMAGE_CORRUPT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, MIB - 1, MIB, MIB + 1, 9 * MIB + 12345})
    void whatWasWrittenIsVerifiedAndReadBack(int length) throws IOException {
        MemoryLu lu = new MemoryLu(12 * MIB);
        byte[] state = state(length);

        ImageSummary summary = write(lu, state);

        assertThat(lu.flushed).isTrue();
        assertThat(summary.stateBytes()).isEqualTo(length);
        assertThat(new Image(lu).verify()).isEqualTo(new Image.Verified(header(), summary));
        assertThat(read(lu)).isEqualTo(state);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB, 9 * MIB + 12345})
    void anImageInMemoryIsRestoredAsItWasVerifiedWhateverBecomesOfItsLu(int length) throws IOException {
        MemoryLu lu = new MemoryLu(12 * MIB);
        byte[] state = state(length);
        ImageSummary summary = write(lu, state);

        try (Image image = new ImageMemory(16, WORKERS).open(lu, summary.storedBytes())) {
            assertThat(image.verify()).isEqualTo(new Image.Verified(header(), summary));
            Arrays.fill(lu.bytes, (byte) 7);
            assertThat(read(image)).isEqualTo(state);
        }
    }

    @Test
    void memoryIsGivenBackAndAnImageWithoutRoomIsReadFromItsLu() throws IOException {
        MemoryLu lu = new MemoryLu(12 * MIB);
        byte[] state = state(3 * MIB);
        long storedBytes = write(lu, state).storedBytes();
        ImageMemory memory = new ImageMemory(4, WORKERS);

        for (int round = 0; round < 3; round++) {
            try (Image first = memory.open(lu, storedBytes);
                    Image second = memory.open(lu, storedBytes)) {
                assertThat(first.isInMemory()).isTrue();
                assertThat(second.isInMemory()).isFalse();
                assertThat(second.verify()).isEqualTo(first.verify());
                assertThat(read(second)).isEqualTo(state);
            }
        }
    }

    @Test
    void anImageOfAnotherLengthThanRecordedIsFound() {
        MemoryLu lu = new MemoryLu(12 * MIB);
        long storedBytes = write(lu, state(3 * MIB)).storedBytes();
        for (long recordedBytes :
                new long[] {60, 61, MIB, storedBytes - 1, storedBytes + 1, storedBytes + MIB, 12 * MIB}) {
            try (Image image = new ImageMemory(16, WORKERS).open(lu, recordedBytes)) {
                assertThatExceptionOfType(SeraiException.class)
                        .as("recorded %d", recordedBytes)
                        .isThrownBy(image::verify)
                        .satisfies(e -> assertThat(e.code()).isEqualTo(PartitionError.IMAGE_CORRUPT));
            }
        }
    }

    @Test
    void anLuThatCannotBeReadIsNotTakenForACorruptImage() {
        MemoryLu lu = new MemoryLu(12 * MIB);
        long storedBytes = write(lu, state(9 * MIB)).storedBytes();
        lu.failReadsAtOffset = 5 * MIB;
        for (int roomMib : new int[] {0, 16}) {
            try (Image image = new ImageMemory(roomMib, WORKERS).open(lu, storedBytes)) {
                assertThatExceptionOfType(SeraiException.class)
                        .isThrownBy(image::verify)
                        .satisfies(e -> assertThat(e.code()).isEqualTo(StorageError.IO_FAILED));
            }
        }
    }

    @Test
    void whatCanBeCompressedTakesLess() {
        MemoryLu lu = new MemoryLu(12 * MIB);
        assertThat(write(lu, new byte[8 * MIB]).storedBytes()).isLessThan(64 * 1024);
    }

    @Test
    void everyFlippedBitIsFound() {
        MemoryLu whole = new MemoryLu(4 * 1024);
        ImageSummary summary = write(whole, state(700));
        for (int bit = 0; bit < summary.storedBytes() * 8; bit++) {
            MemoryLu lu = whole.copy();
            lu.bytes[bit / 8] ^= (byte) (1 << bit % 8);
            isCorrupt(lu, summary.storedBytes(), "bit " + bit);
        }
    }

    @Test
    void everyCutIsFound() {
        MemoryLu whole = new MemoryLu(16 * 1024);
        ImageSummary summary = write(whole, state(3000));
        int lastByteThatIsNotZero = Math.toIntExact(summary.storedBytes());
        while (whole.bytes[lastByteThatIsNotZero - 1] == 0) {
            lastByteThatIsNotZero--;
        }
        for (int length = 0; length < lastByteThatIsNotZero; length++) {
            isCorrupt(whole.cutAt(length), summary.storedBytes(), "cut at " + length);
        }
    }

    @Test
    void anLuThatEndsBeforeTheImageIsFound() {
        MemoryLu whole = new MemoryLu(4 * MIB);
        write(whole, state(3 * MIB));
        isCorrupt(new MemoryLu(Arrays.copyOf(whole.bytes, 2 * MIB)));
    }

    @Test
    void swappedAndMissingChunksAreFoundThoughTheirOwnChecksumsHold() {
        MemoryLu whole = new MemoryLu(64 * 1024);
        write(whole, state(3000));
        int first = indexOf(whole.bytes, "CHNK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        MemoryLu other = whole.copy();
        ByteBuffer chunk = ByteBuffer.wrap(other.bytes);
        chunk.putInt(first + 4, 1);
        reseal(chunk, first);
        isCorrupt(other);
    }

    @ParameterizedTest
    @CsvSource({"8,2147483647", "8,0", "8,-1", "12,2147483647", "12,0", "12,-1", "12,1048577", "16,2", "16,-1"})
    void aFieldOfAChunkThatIsTooLargeIsRefusedThoughItsChecksumHolds(int field, int value) {
        MemoryLu lu = new MemoryLu(64 * 1024);
        write(lu, state(3000));
        int first = indexOf(lu.bytes, "CHNK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        ByteBuffer chunk = ByteBuffer.wrap(lu.bytes);
        int length = chunk.getInt(first + 12);
        chunk.putInt(first + field, value);
        seal(chunk, first, length);
        isCorrupt(lu);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, (1 << 20) + 1, Integer.MAX_VALUE})
    void aHeaderThatIsTooLongIsRefused(int length) {
        MemoryLu lu = new MemoryLu(64 * 1024);
        write(lu, state(3000));
        ByteBuffer.wrap(lu.bytes).putInt(12, length);
        isCorrupt(lu);
    }

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

    @Test
    void aSpoiledImageIsNone() {
        MemoryLu lu = new MemoryLu(64 * 1024);
        write(lu, state(3000));
        new Image(lu).spoil();
        isCorrupt(lu);
    }

    @Test
    void aFailureOfTheStorageReachesTheHypervisorAndIsKept() {
        MemoryLu lu = new MemoryLu(12 * MIB);
        lu.failAtOffset = 2 * MIB;
        ImageWriter writer = new ImageWriter(lu, header(), WORKERS);
        assertThatExceptionOfType(SeraiException.class).isThrownBy(() -> {
            for (int i = 0; i < 10; i++) {
                writer.write(ByteBuffer.wrap(state(MIB)));
            }
            writer.finish();
        });
        writer.abandon();
        assertThat(writer.failure())
                .hasValueSatisfying(e -> assertThat(((SeraiException) e).code()).isEqualTo(StorageError.POOL_FULL));
    }

    @Test
    void anLuThatIsTooSmallIsNoRoom() {
        MemoryLu lu = new MemoryLu(MIB);
        ImageWriter writer = new ImageWriter(lu, header(), WORKERS);
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        writer.write(ByteBuffer.wrap(state(MIB)));
                    }
                    writer.finish();
                })
                .satisfies(e -> assertThat(e.code()).isEqualTo(PartitionError.NO_ROOM));
        writer.abandon();
    }

    @Test
    void aChannelThatIsClosedInTheMiddleLeavesTheLuAlone() throws IOException {
        MemoryLu lu = new MemoryLu(12 * MIB);
        write(lu, state(9 * MIB));
        try (ReadableByteChannel channel = new Image(lu).state(WORKERS)) {
            assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(10);
        }
    }

    @Test
    void aStreamThatGoesBadAfterItsVerificationFails() throws IOException {
        MemoryLu lu = new MemoryLu(12 * MIB);
        write(lu, state(9 * MIB));
        new Image(lu).verify();
        lu.bytes[5 * MIB] ^= 1;
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(lu));
    }

    private static void reseal(ByteBuffer image, int chunk) {
        seal(image, chunk, image.getInt(chunk + 12));
    }

    private static void seal(ByteBuffer image, int chunk, int dataLength) {
        CRC32C crc = new CRC32C();
        crc.update(image.slice(chunk, ImageFormat.CHUNK_HEAD_BYTES - ImageFormat.CRC_BYTES));
        crc.update(image.slice(chunk + ImageFormat.CHUNK_HEAD_BYTES, dataLength));
        image.putInt(chunk + ImageFormat.CHUNK_HEAD_BYTES - ImageFormat.CRC_BYTES, (int) crc.getValue());
    }

    private static int indexOf(byte[] bytes, byte[] what) {
        for (int i = 0; i < bytes.length - what.length; i++) {
            if (Arrays.equals(bytes, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
