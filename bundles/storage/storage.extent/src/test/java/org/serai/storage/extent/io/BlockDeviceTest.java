package org.serai.storage.extent.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.extent.ExtentDriver;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** A pool on a real block device: a loop device, which needs root and {@code losetup}. */
class BlockDeviceTest extends StorageFixture {
    private final StorageDriver driver = new ExtentDriver();
    private final UUID lu = UUID.randomUUID();
    private Path backing;
    private String device;

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @BeforeEach
    void makeALoopDevice() throws Exception {
        backing = folder.resolve("backing");
        try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(96L * MIB);
        }
        device = run("losetup", "--find", "--show", backing.toString()).strip();
    }

    @AfterEach
    void removeIt() throws Exception {
        run("losetup", "--detach", device);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s (this test needs root and loop devices) said: %s", String.join(" ", command), said)
                .isZero();
        return said;
    }

    private PoolLayout onDevice() {
        return new PoolLayout(
                UUID.randomUUID(),
                "on-device",
                List.of(new PvLayout(UUID.randomUUID(), 0, device, OptionalLong.empty())),
                0);
    }

    @Test
    void aBlockDeviceIsAPvLikeAnyOther() {
        PoolLayout layout = onDevice();
        PoolStore pool = driver.create(layout, space.node());
        LuStore store = newLu(pool, lu, 256L * MIB);
        for (int i = 0; i < 30; i++) {
            write(store, i * 7L * MIB + 512, 8192, i);
        }
        store.flush();
        PoolStore other = driver.open(layout, space.node());
        LuStore taken = other.openLu(lu, 2);
        for (int i = 0; i < 30; i++) {
            assertHolds(taken, i * 7L * MIB + 512, 8192, i);
            assertZero(taken, i * 7L * MIB + 512 + 8192, 65536);
        }
        taken.close();
        store.abandon();
        assertThat(other.check().errors()).isEmpty();
        other.deleteLu(lu, 3);
        assertThat(other.usage().usedBytes()).isZero();
        other.close();
        pool.close();
        driver.destroy(layout);
        driver.create(onDevice(), space.node()).close();
    }

    @Test
    void whatAWriteReturnedFromIsOnTheDeviceEvenWithoutAFlush() throws Exception {
        PoolStore pool = driver.create(onDevice(), space.node());
        LuStore store = newLu(pool, lu, 16L * MIB);
        write(store, 0, 4096, 1);
        write(store, 0, 4096, 2);
        // The loop device hands every write on to its backing file: what is there needs no later write by this kernel.
        assertThat(new String(Files.readAllBytes(backing), StandardCharsets.ISO_8859_1))
                .contains(new String(bytes(2), StandardCharsets.ISO_8859_1));
        store.close();
        pool.close();
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[4096];
        Blocks.at(0, 4096, seed).get(bytes);
        return bytes;
    }

    @Test
    void aFullFileSystemBehindAPvStopsNewSpaceAndLosesNothing() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString());
        try {
            PoolLayout layout = new PoolLayout(
                    UUID.randomUUID(),
                    "sparse",
                    List.of(new PvLayout(
                            UUID.randomUUID(), 0, small.resolve("pv").toString(), OptionalLong.of(64L * MIB))),
                    0);
            PoolStore pool = driver.create(layout, space.node());
            LuStore store = newLu(pool, lu, 256L * MIB);
            write(store, 0, MIB, 1);
            store.flush();
            assertFails(StorageError.POOL_FULL, () -> {
                for (int i = 1; i < 40; i++) {
                    write(store, i * MIB, MIB, i);
                }
            });
            assertHolds(store, 0, MIB, 1);
            run("mount", "-o", "remount,size=64m", small.toString());
            write(store, 20 * MIB, MIB, 2);
            store.flush();
            assertHolds(store, 20 * MIB, MIB, 2);
            store.close();
            assertThat(pool.check().errors()).isEmpty();
            pool.close();
        } finally {
            run("umount", small.toString());
        }
    }

    @Test
    void aDeviceWithAFileSystemOrPartitionsIsRefused() throws Exception {
        run("mkfs.ext4", "-q", device);
        assertThat(assertFails(StorageError.PV_UNUSABLE, () -> driver.create(onDevice(), space.node()))
                        .reason())
                .contains("ext4");
    }
}
