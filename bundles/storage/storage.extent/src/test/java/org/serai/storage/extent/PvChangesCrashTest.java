package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;

/** A change of a pool's PVs that is cut off anywhere leaves a sound pool, and can be repeated. */
class PvChangesCrashTest {
    private static final int MIB = 1 << 20;
    private static final int LOSSES = 6;

    private final SharedSpace space = new SharedSpace();
    private final UUID lu = UUID.randomUUID();
    private final UUID lost = UUID.randomUUID();
    private Optional<Path> gone = Optional.empty();
    private final List<PvLayout> pvs = List.of(pv(0, 24), pv(1, 24));
    private final PvLayout third = pv(2, 24);
    private final PoolLayout layout = new PoolLayout(UUID.randomUUID(), "crash", pvs, 65536);

    private final Map<Path, Long> sizes = new HashMap<>();

    private static PvLayout pv(int position, int mib) {
        return new PvLayout(UUID.randomUUID(), position, "/memory/pv-" + position, OptionalLong.of((long) mib * MIB));
    }

    @Test
    void adding() {
        everyCrash(pool -> pool.addPv(third), List.of(pvs.get(0), pvs.get(1), third), 3);
    }

    @Test
    void growing() {
        everyCrash(pool -> pool.growPv(pvs.get(1).pv(), 160L * MIB), pvs, 2);
    }

    @Test
    void draining() {
        everyCrash(pool -> pool.drainPv(pvs.get(1).pv(), true), pvs, 2);
    }

    @Test
    void removing() {
        everyCrash(pool -> pool.removePv(pvs.get(1).pv()), pvs, 1);
    }

    /** The PV is away before and after; what was on it is deleted as if nothing had been. */
    @Test
    void givingUp() {
        gone = Optional.of(Path.of(pvs.get(1).path()));
        everyCrash(
                pool -> {
                    pool.removeLostPv(pvs.get(1).pv());
                    ((PoolStore) pool).deleteLu(lost, 9);
                },
                pvs,
                1);
    }

    private static void fill(PoolStore pool, UUID lu, PvLayout on) {
        pool.createLu(new org.serai.storage.spi.LuLayout(lu, 8L * MIB, false, java.util.Set.of(on.pv())), 1);
        LuStore store = pool.openLu(lu, new org.serai.storage.spi.OpenMode(1, java.util.Set.of(on.pv()), false));
        store.write(0, Blocks.at(0, MIB, 1));
        store.close();
    }

    private void everyCrash(Consumer<PvChanges> change, List<PvLayout> inDb, int pvsAfter) {
        MemoryFiles files = new MemoryFiles();
        try (PoolStore pool = new ExtentDriver(files).create(layout, space.node())) {
            fill(pool, lu, pvs.get(0));
            if (gone.isPresent()) {
                fill(pool, lost, pvs.get(1));
            }
        }
        gone.ifPresent(files.disks()::remove);
        Map<Path, MemoryDisk> beginning = Map.copyOf(files.disks());
        files.disks().replaceAll((_, disk) -> new MemoryDisk(disk));
        space.now(inDb);
        History history = new History();
        files.record(history);
        try (PoolStore pool = new ExtentDriver(files).open(layout, space.node())) {
            change.accept((PvChanges) pool);
        }
        files.disks().forEach((path, disk) -> sizes.put(path, disk.sizeBytes()));
        List<History.Event> events = history.events();
        assertThat(events).hasSizeGreaterThan(4);
        Random random = new Random(events.size());
        for (int cut = 0; cut <= events.size(); cut++) {
            for (int loss = 0; loss < LOSSES; loss++) {
                judge(afterCrash(beginning, events.subList(0, cut), random, loss), change, inDb, pvsAfter, cut);
            }
        }
    }

    /** What was synced, and of the rest nothing, all, or some, torn. */
    private Map<Path, MemoryDisk> afterCrash(
            Map<Path, MemoryDisk> beginning, List<History.Event> events, Random random, int loss) {
        Map<Path, MemoryDisk> disks = new HashMap<>();
        beginning.forEach((path, disk) -> disks.put(path, new MemoryDisk(disk)));
        if (events.stream().anyMatch(event -> event.disk().equals(Path.of(third.path())))) {
            disks.put(Path.of(third.path()), new MemoryDisk(third.createBytes().orElseThrow()));
        }
        // A file that was made longer is so durably when a later sync has returned; nothing counts on it before.
        disks.forEach((path, disk) -> disk.grow(sizes.getOrDefault(path, 0L)));
        List<History.Write> open = new ArrayList<>();
        for (History.Event event : events) {
            switch (event) {
                case History.Write write -> open.add(write);
                case History.Sync sync -> {
                    open.stream()
                            .filter(write -> write.disk().equals(sync.disk()))
                            .forEach(write -> apply(write, disks, write.length()));
                    open.removeIf(write -> write.disk().equals(sync.disk()));
                }
            }
        }
        for (History.Write write : open) {
            if (loss == 1 || loss > 1 && random.nextBoolean()) {
                long whole = write.length() / 512;
                apply(write, disks, loss == 1 ? write.length() : 512 * (long) (whole * random.nextDouble()));
            }
        }
        return disks;
    }

    private static void apply(History.Write write, Map<Path, MemoryDisk> disks, long length) {
        MemoryDisk disk = disks.get(write.disk());
        disk.write(write.offset(), write.data(), 0, length);
    }

    private void judge(
            Map<Path, MemoryDisk> disks, Consumer<PvChanges> change, List<PvLayout> inDb, int pvsAfter, int cut) {
        ExtentDriver driver = new ExtentDriver(new MemoryFiles(disks));
        PoolLayout now = new PoolLayout(layout.pool(), layout.name(), inDb, layout.extentBytes());
        try (PoolStore pool = driver.open(now, space.node());
                PoolStore other = driver.open(now, space.node())) {
            holds(pool, 2, cut);
            if (gone.isPresent() && pool.pvs().size() == 2) {
                // Still a member that is away: nothing is missing but what is on it.
                assertThat(pool.pvs().get(1).present()).isFalse();
                assertThat(((PvChanges) pool).lostBytes(lu)).isZero();
            }
            change.accept((PvChanges) pool);
            assertThat(pool.pvs()).as("crash at %d", cut).hasSize(pvsAfter).allMatch(pv -> pv.present());
            assertThat(other.pvs()).as("crash at %d", cut).isEqualTo(pool.pvs());
            assertThat(pool.check().errors()).as("crash at %d", cut).isEmpty();
            holds(other, 3, cut);
            UUID second = UUID.randomUUID();
            other.createLu(second, 64L * MIB, false, 1);
            LuStore store = other.openLu(second, 1);
            store.write(0, Blocks.at(0, 8 * MIB, 2));
            store.close();
            assertThat(pool.check().errors()).as("crash at %d", cut).isEmpty();
        }
    }

    private void holds(PoolStore pool, long epoch, int cut) {
        LuStore store = pool.openLu(lu, epoch);
        java.nio.ByteBuffer found = java.nio.ByteBuffer.allocateDirect(MIB);
        store.read(0, found);
        assertThat(Blocks.firstWrong(found.flip(), 0, 1)).as("crash at %d", cut).isEqualTo(-1);
        store.close();
    }
}
