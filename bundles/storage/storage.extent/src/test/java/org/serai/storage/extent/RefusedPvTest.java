package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
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
