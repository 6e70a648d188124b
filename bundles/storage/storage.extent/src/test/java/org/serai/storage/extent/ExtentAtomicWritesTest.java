package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.SharedSpace;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.AtomicWrites;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;

/** Atomic writes: what else is in the extent stays, and a crash leaves all or nothing. */
class ExtentAtomicWritesTest {
    private static final UUID LU = new UUID(1, 2);
    private static final int EXTENT = 64 * 1024;
    private static final int LU_BYTES = 8 * EXTENT;

    private final MemoryFiles files = new MemoryFiles(Map.of(), true);
    private final ExtentDriver driver = new ExtentDriver(files);
    private final SharedSpace space = new SharedSpace();
    private final PoolLayout layout = new PoolLayout(
            new UUID(3, 4),
            "atomic",
            List.of(new PvLayout(new UUID(5, 6), 0, "/pv", OptionalLong.of(64 << 20))),
            EXTENT);
    private PoolStore pool;
    private LuStore lu;
    private long epoch = 1;

    @BeforeEach
    void create() {
        space.now(layout.pvs());
        pool = driver.create(layout, space.node());
        pool.createLu(LU, LU_BYTES, false, epoch);
        lu = pool.openLu(LU, ++epoch);
    }

    @AfterEach
    void close() {
        lu.close();
        pool.close();
    }

    private static ByteBuffer filled(int bytes, int value) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) value);
        return ByteBuffer.allocateDirect(bytes).put(content).flip();
    }

    private void writeAtomically(long offset, int bytes, int value) {
        ((AtomicWrites) lu).writeAtomically(offset, filled(bytes, value));
    }

    private static byte[] read(LuStore from, long offset, int bytes) {
        ByteBuffer into = ByteBuffer.allocateDirect(bytes);
        from.read(offset, into);
        byte[] content = new byte[bytes];
        into.flip().get(content);
        return content;
    }

    private void requireFilled(long offset, int bytes, int value) {
        assertThat(ByteBuffer.wrap(read(lu, offset, bytes))).isEqualTo(filled(bytes, value));
    }

    @Test
    void theRestOfTheExtentStays() {
        lu.write(0, filled(2 * EXTENT, 1));
        lu.flush();
        long used = lu.usedBytes();
        writeAtomically(512, 1024, 2);
        requireFilled(0, 512, 1);
        requireFilled(512, 1024, 2);
        requireFilled(1536, 2 * EXTENT - 1536, 1);
        lu.write(1024, filled(512, 3));
        lu.flush();
        requireFilled(512, 512, 2);
        requireFilled(1024, 512, 3);
        assertThat(lu.usedBytes()).isEqualTo(used);
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void whatWasNeverWrittenAndWhatASnapshotKeepsIsWrittenToo() {
        writeAtomically(3 * EXTENT, EXTENT, 1);
        requireFilled(3 * EXTENT, EXTENT, 1);
        UUID snapshot = new UUID(7, 8);
        ((Snapshots) lu).snapshot(snapshot);
        writeAtomically(3 * EXTENT, 512, 2);
        requireFilled(3 * EXTENT, 512, 2);
        requireFilled(3 * EXTENT + 512, EXTENT - 512, 1);
        ((Snapshots) lu).rollback(snapshot);
        requireFilled(3 * EXTENT, EXTENT, 1);
    }

    @Test
    void itIsWithinAPart() {
        assertThat(((AtomicWrites) lu).atomicBytes()).isEqualTo(EXTENT);
        assertThatThrownBy(() -> writeAtomically(EXTENT - 512, 1024, 1))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(StorageError.OUT_OF_RANGE));
        requireFilled(0, 2 * EXTENT, 0);
    }

    @Test
    void spaceThatItLetsGoOfComesBack() {
        for (int i = 0; i < 3000; i++) {
            writeAtomically(0, EXTENT, i);
            if (i % 100 == 0) {
                lu.flush();
            }
        }
        requireFilled(0, EXTENT, 2999);
        assertThat(lu.usedBytes()).isEqualTo(EXTENT);
    }

    @Test
    void othersWriteBesideItInTheSameExtent() {
        lu.write(0, filled(EXTENT, 1));
        CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 500; i++) {
                lu.write(EXTENT / 2, filled(EXTENT / 2, i));
                requireFilled(EXTENT / 2, EXTENT / 2, i);
            }
        });
        for (int i = 0; i < 500; i++) {
            writeAtomically(0, EXTENT / 2, i);
            requireFilled(0, EXTENT / 2, i);
        }
        beside.join();
        requireFilled(0, EXTENT / 2, 499);
        requireFilled(EXTENT / 2, EXTENT / 2, 499);
    }

    @Test
    void aCrashLeavesAllOrNothing() {
        lu.write(0, filled(LU_BYTES, 1));
        lu.flush();
        Map<Path, MemoryDisk> beginning = new HashMap<>(files.disks());
        files.disks().replaceAll((path, disk) -> new MemoryDisk(disk));
        lu.abandon();
        pool.close();
        pool = driver.open(layout, space.node());
        lu = pool.openLu(LU, ++epoch);
        lu.flush();
        files.disks().forEach(beginning::put);
        files.disks().replaceAll((path, disk) -> new MemoryDisk(disk));
        lu.abandon();
        pool.close();
        pool = driver.open(layout, space.node());
        lu = pool.openLu(LU, ++epoch);
        History history = new History();
        files.record(history);
        writeAtomically(EXTENT + 512, 32 * 1024, 2);
        lu.flush();
        writeAtomically(EXTENT + 512, 32 * 1024, 3);
        lu.flush();
        List<History.Event> events = history.events();
        Random random = new Random(1);
        boolean[] seen = new boolean[4];
        for (int end = 0; end <= events.size(); end++) {
            for (int sample = 0; sample < 4; sample++) {
                seen[found(left(beginning, events.subList(0, end), random))] = true;
            }
        }
        assertThat(seen).as("what crashes left").containsExactly(false, true, true, true);
    }

    /** What is there after a crash: writes that no sync covered are done in part, by sectors, or not at all. */
    private static Map<Path, MemoryDisk> left(
            Map<Path, MemoryDisk> beginning, List<History.Event> events, Random random) {
        Map<Path, MemoryDisk> disks = new HashMap<>();
        beginning.forEach((path, disk) -> disks.put(path, new MemoryDisk(disk)));
        List<History.Write> open = new ArrayList<>();
        for (History.Event event : events) {
            switch (event) {
                case History.Write write -> open.add(write);
                case History.Sync(Path synced) -> {
                    open.stream()
                            .filter(write -> write.disk().equals(synced))
                            .forEach(write ->
                                    disks.get(write.disk()).write(write.offset(), write.data(), 0, write.length()));
                    open.removeIf(write -> write.disk().equals(synced));
                }
            }
        }
        double kept = random.nextDouble();
        for (History.Write write : open) {
            for (long at = 0; at < write.length(); at += 512) {
                if (random.nextDouble() < kept) {
                    disks.get(write.disk()).write(write.offset() + at, write.data(), (int) at, 512);
                }
            }
        }
        return disks;
    }

    private int found(Map<Path, MemoryDisk> disks) {
        try (PoolStore after = new ExtentDriver(new MemoryFiles(disks, false)).open(layout, space.node());
                LuStore store = after.openLu(LU, ++epoch)) {
            byte[] content = read(store, EXTENT + 512, 32 * 1024);
            assertThat(ByteBuffer.wrap(content)).as("all or nothing").isEqualTo(filled(content.length, content[0]));
            assertThat(read(store, EXTENT, 512)).containsOnly(1);
            assertThat(read(store, EXTENT + 512 + 32 * 1024, 512)).containsOnly(1);
            return content[0];
        }
    }
}
