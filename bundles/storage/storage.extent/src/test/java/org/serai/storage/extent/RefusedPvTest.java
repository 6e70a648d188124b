package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.StorageDriver;

/** What is no PV is refused in words that say what it is, and is left as it was. */
class RefusedPvTest extends StorageFixture {
    private final StorageDriver driver = new ExtentDriver();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    private SeraiException refused(Path path) {
        PoolLayout layout = new PoolLayout(
                UUID.randomUUID(),
                "p",
                List.of(new PvLayout(UUID.randomUUID(), 0, path.toString(), OptionalLong.empty())),
                0);
        return assertFails(StorageError.PV_UNUSABLE, () -> create(layout));
    }

    @Test
    void whatIsNoDiskIsNamed() throws Exception {
        assertThat(refused(folder).reason()).isEqualTo("it is a directory");
        SeraiException device = refused(Path.of("/dev/null"));
        assertThat(device.reason()).contains("it is a character device");
        assertThat(device.action()).contains("block device", "PATH:SIZE");
        assertThat(Files.isDirectory(folder)).isTrue();
    }

    @Test
    void aSmallFileIsRefusedWithItsSizeAndKeepsItsData() throws Exception {
        Path file = folder.resolve("letters");
        Files.writeString(file, "x".repeat(1221));
        SeraiException refused = refused(file);
        assertThat(refused.reason()).isEqualTo("it is a file of 1.2 KiB, which is too small");
        assertThat(refused.action()).startsWith("give one of at least ").contains(" MiB (", "PATH:SIZE");
        assertThat(Files.readString(file)).isEqualTo("x".repeat(1221));
        Files.writeString(file, "");
        assertThat(refused(file).reason()).startsWith("it is a file of 0 B");
    }

    private PoolLayout of(Path path, OptionalLong createBytes) {
        return new PoolLayout(
                UUID.randomUUID(), "p", List.of(new PvLayout(UUID.randomUUID(), 0, path.toString(), createBytes)), 0);
    }

    private String refusedInPlanToo(Path path) {
        PoolLayout layout = of(path, OptionalLong.empty());
        String reason = refused(path).reason();
        assertThat(assertFails(
                                StorageError.PV_UNUSABLE,
                                () -> driver.requireUsable(layout, layout.pvs().getFirst()))
                        .reason())
                .isEqualTo(reason);
        return reason;
    }

    private Path holding(long sizeBytes, long offset, byte... data) throws IOException {
        Path file = folder.resolve("disk-" + offset);
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(sizeBytes);
            disk.seek(offset);
            disk.write(data);
        }
        return file;
    }

    @Test
    void dataOfOthersAreFoundWhereverThePoolWouldWriteItsOwn() throws IOException {
        assertThat(refusedInPlanToo(holding(256 * MIB, 1080, (byte) 0x53, (byte) 0xEF)))
                .isEqualTo("it holds an ext2, ext3 or ext4 file system");
        assertThat(refusedInPlanToo(holding(256 * MIB, MIB - 1, (byte) 1))).startsWith("it holds data of unknown kind");
        assertThat(refusedInPlanToo(holding(256 * MIB, 4 * MIB, (byte) 1))).startsWith("it holds data of unknown kind");
    }

    @Test
    void marksAtTheEndOfADiskAreFound() throws IOException {
        byte[] gpt = "EFI PART".getBytes(StandardCharsets.US_ASCII);
        assertThat(refusedInPlanToo(holding(256 * MIB, 256 * MIB - 512, gpt))).contains("copy of a GPT");
        assertThat(refusedInPlanToo(holding(256 * MIB, 256 * MIB - 4096, gpt))).contains("copy of a GPT");
        byte[] md = {(byte) 0xFC, 0x4E, 0x2B, (byte) 0xA9};
        assertThat(refusedInPlanToo(holding(256 * MIB, 256 * MIB - 8192, md))).contains("Linux RAID");
        assertThat(refusedInPlanToo(holding(256 * MIB, 256 * MIB - 65536, md))).contains("Linux RAID");
    }

    @Test
    void aPlanTakesWhatCanBeTakenAndMakesNothing() throws IOException {
        Path blank = holding(256 * MIB, 128 * MIB, (byte) 1);
        PoolLayout there = of(blank, OptionalLong.empty());
        driver.requireUsable(there, there.pvs().getFirst());
        PoolLayout made = of(folder.resolve("new"), OptionalLong.of(64 * MIB));
        driver.requireUsable(made, made.pvs().getFirst());
        PoolLayout small = of(folder.resolve("new"), OptionalLong.of(MIB));
        assertFails(
                StorageError.PV_UNUSABLE,
                () -> driver.requireUsable(small, small.pvs().getFirst()));
        assertThat(folder.resolve("new")).doesNotExist();
        create(there).close();
        assertFails(
                StorageError.PV_IN_USE,
                () -> driver.requireUsable(there, there.pvs().getFirst()));
    }

    @Test
    void aDiskThatIsGivenBackIsTakenWithAnyExtents() throws IOException {
        Path disk = holding(256 * MIB, 255 * MIB, (byte) 1);
        for (long extentBytes : new long[] {64 * 1024, 4 * MIB, 64 * 1024}) {
            PoolLayout layout = new PoolLayout(
                    UUID.randomUUID(),
                    "p",
                    List.of(new PvLayout(UUID.randomUUID(), 0, disk.toString(), OptionalLong.empty())),
                    extentBytes);
            PoolStore pool = create(layout);
            LuStore lu = newLu(pool, UUID.randomUUID(), 128 * MIB);
            write(lu, 0, 64 * MIB, 1);
            lu.close();
            pool.close();
            driver.destroy(layout);
        }
    }

    @Test
    void sizesThatCannotBeGrownToAreToldAsPeopleReadThem() {
        PoolLayout layout = layout(1, 1L << 30);
        PoolStore pool = create(layout);
        SeraiException refused = assertFails(
                StorageError.BAD_SIZE,
                () -> can(pool, PvChanges.class).growPv(layout.pvs().getFirst().pv(), 100 * MIB));
        assertThat(refused.what()).isEqualTo("A PV of 1.0 GiB cannot be made one of 100.0 MiB");
    }
}
