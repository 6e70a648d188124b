package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.StorageDriver;

/** A pool on a hundred block devices: loop devices, which need root and {@code losetup}. */
class PvDevicesTest extends StorageFixture {
    private static final int DEVICES = 100;

    private final StorageDriver driver = new ExtentDriver();
    private final List<Path> backings = new ArrayList<>();
    private final List<String> devices = new ArrayList<>();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @BeforeEach
    void makeLoopDevices() throws Exception {
        for (int i = 0; i < DEVICES; i++) {
            backings.add(folder.resolve("backing-" + i));
            resize(i, 40L * MIB);
            devices.add(run("losetup", "--find", "--show", backings.get(i).toString())
                    .strip());
        }
    }

    @AfterEach
    void removeThem() throws Exception {
        for (String device : devices) {
            run("losetup", "--detach", device);
        }
    }

    private void resize(int device, long sizeBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(backings.get(device).toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s (this test needs root and loop devices) said: %s", String.join(" ", command), said)
                .isZero();
        return said;
    }

    private PvLayout pv(int position) {
        return new PvLayout(UUID.randomUUID(), position, devices.get(position), OptionalLong.empty());
    }

    @Test
    void aPoolOfAHundredDevicesGrowsAndGivesDevicesBack() throws Exception {
        List<PvLayout> pvs = new ArrayList<>();
        for (int i = 0; i < DEVICES - 1; i++) {
            pvs.add(pv(i));
        }
        PoolLayout layout = new PoolLayout(UUID.randomUUID(), "devices", pvs, 0);
        PoolStore pool = create(layout);
        PoolStore other = open(layout);
        PvChanges changes = can(pool, PvChanges.class);
        UUID lu = UUID.randomUUID();
        LuStore store = newLu(pool, lu, 8L << 30);
        write(store, 0, 64 * MIB, 1);
        store.flush();

        PvLayout last = pv(DEVICES - 1);
        changes.addPv(last);
        pvs.add(last);
        space.now(pvs);
        assertThat(other.pvs()).hasSize(DEVICES).allMatch(PvUsage::present);

        long before = other.usage().sizeBytes();
        resize(DEVICES - 1, 200L * MIB);
        run("losetup", "--set-capacity", devices.getLast());
        changes.growPv(last.pv(), 0);
        assertThat(other.usage().sizeBytes()).isGreaterThanOrEqualTo(before + 150L * MIB);
        write(store, 4L << 30, 64 * MIB, 2);
        store.close();

        LuStore there = other.openLu(lu, 2);
        assertHolds(there, 0, 64 * MIB, 1);
        assertHolds(there, 4L << 30, 64 * MIB, 2);
        there.close();
        assertThat(other.check().errors()).isEmpty();

        assertFails(
                StorageError.PV_NOT_EMPTY, () -> changes.removePv(pvs.getFirst().pv()));
        other.deleteLu(lu, 3);
        changes.drainPv(last.pv(), true);
        changes.removePv(last.pv());
        assertThat(other.pvs()).hasSize(DEVICES - 1);
        driver.create(
                        new PoolLayout(
                                UUID.randomUUID(),
                                "second",
                                List.of(new PvLayout(UUID.randomUUID(), 0, last.path(), OptionalLong.empty())),
                                0),
                        space.node())
                .close();
    }
}
