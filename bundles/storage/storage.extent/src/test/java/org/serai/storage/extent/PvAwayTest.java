package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.PosixFiles;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.StorageDriver;

/** PVs that vanish and come back: what is on the others goes on, and nothing is believed that may be lost. */
class PvAwayTest extends StorageFixture {
    private static final long SECOND = 1_000_000_000L;

    private final VanishingFiles files = new VanishingFiles(new PosixFiles());
    private final AtomicLong time = new AtomicLong();
    private final StorageDriver driver = new ExtentDriver(files, time::get);
    private PoolLayout layout;
    private final UUID here = UUID.randomUUID();
    private final UUID there = UUID.randomUUID();

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @BeforeEach
    void layOut() {
        layout = layout(2, 64L * MIB);
    }

    private String path(int pv) {
        return layout.pvs().get(pv).path();
    }

    private LuStore newLuOn(PoolStore pool, UUID lu, int pv) {
        Set<UUID> pvs = Set.of(layout.pvs().get(pv).pv());
        pool.createLu(new LuLayout(lu, 64L * MIB, false, pvs), 1);
        return pool.openLu(lu, new OpenMode(1, pvs, false));
    }

    @Test
    void lusOnOtherPvsGoOnAndThoseOnItGoOnWhenItIsBack() {
        PoolStore pool = create(layout);
        LuStore store = newLuOn(pool, here, 0);
        LuStore away = newLuOn(pool, there, 1);
        write(away, 0, MIB, 1);
        away.flush();
        files.take(path(1));
        assertThat(assertFails(StorageError.PV_AWAY, () -> read(away, 0, 4096)).reason())
                .contains(path(1));
        assertFails(StorageError.PV_AWAY, () -> write(away, 0, 4096, 2));
        write(store, 0, 32 * MIB, 3);
        store.flush();
        assertThat(pool.pvs()).extracting(PvUsage::present).containsExactly(true, false);
        assertThat(pool.pvs().get(1).usedBytes()).isPositive();
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        assertHolds(away, 0, MIB, 1);
        assertThat(pool.pvs()).allMatch(PvUsage::present);
        assertHolds(store, 0, 32 * MIB, 3);
        store.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void aCheckLooksWhetherThePathsStillLeadToThePvs() throws IOException {
        PoolStore pool = create(layout);
        LuStore away = newLuOn(pool, there, 1);
        write(away, 0, MIB, 1);
        away.flush();
        Path elsewhere = folder.resolve("renamed");
        Files.move(Path.of(path(1)), elsewhere);
        assertThat(pool.check().errors())
                .anyMatch(error -> error.startsWith("PV " + path(1)) && error.contains("cannot be reached"))
                .anyMatch(error -> error.contains(there.toString()));
        Files.move(elsewhere, Path.of(path(1)));
        time.addAndGet(2 * SECOND);
        assertThat(pool.check().errors()).isEmpty();
        assertHolds(away, 0, MIB, 1);
        away.close();
    }

    @Test
    void lusAreMadeOnOtherPvsMeanwhile() {
        PoolStore pool = create(layout);
        newLuOn(pool, there, 1).close();
        files.take(path(1));
        assertThat(pool.pvs().get(1).present()).isFalse();
        LuStore store = newLuOn(pool, here, 0);
        write(store, 0, 16 * MIB, 1);
        store.close();
        // Where it may be is not known: there must not be two of it.
        assertFails(StorageError.PV_AWAY, () -> pool.createLu(UUID.randomUUID(), 64L * MIB, false, 1));
        assertFails(StorageError.LU_EXISTS, () -> newLuOn(pool, there, 1));
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        assertFails(StorageError.LU_EXISTS, () -> newLuOn(pool, there, 0));
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void whatGrewMeanwhileIsOpenedAgainAndAgain() {
        PoolStore maker = create(layout);
        newLuOn(maker, here, 0).close();
        Set<UUID> first = Set.of(layout.pvs().get(0).pv());
        maker.openLu(here, new OpenMode(2, first, false)).close();
        maker.close();
        files.take(path(1));
        // At each node only the ledgers that can be read are known.
        for (int round = 0; round < 4; round++) {
            PoolStore pool = open(layout);
            LuStore store = pool.openLu(here, new OpenMode(3 + round, first, false));
            for (int written = 0; written < round; written++) {
                assertHolds(store, written * 8L * MIB, 8 * MIB, written);
            }
            write(store, round * 8L * MIB, 8 * MIB, round);
            store.flush();
            if (round % 2 == 0) {
                store.close();
            } else {
                store.abandon();
            }
            pool.close();
        }
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        PoolStore pool = open(layout);
        LuStore store = pool.openLu(here, 8);
        assertHolds(store, 24 * MIB, 8 * MIB, 3);
        store.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void anLuWithAPartThereIsNotTakenForDamagedWithoutIt() {
        PoolStore maker = create(layout);
        LuStore store = newLuOn(maker, here, 0);
        write(store, 0, 8 * MIB, 1);
        store.close();
        Set<UUID> second = Set.of(layout.pvs().get(1).pv());
        store = maker.openLu(here, new OpenMode(2, second, false));
        write(store, 32 * MIB, 16 * MIB, 2);
        store.flush();
        store.abandon();
        maker.close();
        files.take(path(1));
        PoolStore pool = open(layout);
        assertFails(StorageError.PV_AWAY, () -> pool.openLu(here, 3));
        pool.close();
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        PoolStore again = open(layout);
        LuStore whole = again.openLu(here, 4);
        assertHolds(whole, 0, 8 * MIB, 1);
        whole.close();
        assertThat(again.check().errors()).isEmpty();
    }

    @Test
    void whatNoSyncCoveredWhenThePvVanishedIsNotToldAsFlushed() {
        PoolStore pool = create(layout);
        LuStore store = newLuOn(pool, here, 1);
        write(store, 0, MIB, 1);
        store.flush();
        write(store, 0, MIB, 2);
        files.take(path(1));
        assertThat(pool.pvs().get(1).present()).isFalse();
        files.bring(path(1));
        assertThat(pool.pvs().get(1).present()).isTrue();
        assertThat(store.isFailed()).isFalse();
        assertThat(assertFails(StorageError.IO_FAILED, store::flush).reason()).contains(path(1));
        assertFails(StorageError.IO_FAILED, () -> write(store, 0, 4096, 3));
        assertThat(store.isFailed()).isTrue();
        store.abandon();
        assertThat(store.isFailed()).isTrue();
        LuStore again = pool.openLu(here, 2);
        assertThat(again.isFailed()).isFalse();
        write(again, 0, MIB, 4);
        again.flush();
        assertHolds(again, 0, MIB, 4);
        again.close();
    }

    @Test
    void anAwayPvIsLookedForNowAndThenOnly() {
        PoolStore pool = create(layout);
        LuStore store = newLuOn(pool, here, 1);
        write(store, 0, MIB, 1);
        store.flush();
        files.take(path(1));
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 4096));
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 4096));
        files.bring(path(1));
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 4096));
        time.addAndGet(2 * SECOND);
        assertHolds(store, 0, MIB, 1);
        store.close();
    }

    @Test
    void aPoolOpensWithoutAPvUnlessItIsTheFirst() {
        PoolStore maker = create(layout);
        newLuOn(maker, here, 0).close();
        newLuOn(maker, there, 1).close();
        maker.close();
        files.take(path(1));
        PoolStore pool = open(layout);
        assertThat(pool.pvs()).extracting(PvUsage::present).containsExactly(true, false);
        LuStore store = pool.openLu(here, 2);
        write(store, 0, 16 * MIB, 1);
        store.flush();
        assertFails(StorageError.PV_AWAY, () -> pool.openLu(there, 2));
        assertFails(StorageError.PV_AWAY, () -> pool.deleteLu(there, 2));
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        LuStore back = pool.openLu(there, 2);
        write(back, 0, MIB, 2);
        back.close();
        store.close();
        assertThat(pool.check().errors()).isEmpty();
        pool.close();
        files.take(path(0));
        assertFails(StorageError.PV_AWAY, () -> open(layout));
    }

    @Test
    void anotherDiskInItsPlaceIsNotTakenForIt() throws IOException {
        PoolStore pool = create(layout);
        LuStore store = newLuOn(pool, here, 1);
        write(store, 0, MIB, 1);
        store.flush();
        Path place = Path.of(path(1));
        Path kept = folder.resolve("kept");
        Files.move(place, kept);
        assertThat(pool.pvs().get(1).present()).isFalse();
        Files.copy(Path.of(path(0)), place);
        assertThat(pool.pvs().get(1).present()).isFalse();
        time.addAndGet(2 * SECOND);
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 4096));
        Files.delete(place);
        Files.move(kept, place);
        assertThat(pool.pvs().get(1).present()).isTrue();
        // It never stopped working, only its path was wrong: nothing is lost.
        write(store, MIB, MIB, 2);
        store.flush();
        assertHolds(store, 0, MIB, 1);
        store.close();
    }

    @Test
    void aDeadPvCanLeaveThePoolOnlyIfItWasSeenEmptyAndDrained() {
        PoolStore pool = create(layout);
        PvChanges changes = can(pool, PvChanges.class);
        UUID second = layout.pvs().get(1).pv();
        newLuOn(pool, here, 0).close();
        files.take(path(1));
        assertFails(StorageError.PV_AWAY, () -> changes.removePv(second));
        files.bring(path(1));
        time.addAndGet(2 * SECOND);
        changes.drainPv(second, true);
        files.take(path(1));
        changes.removePv(second);
        assertThat(pool.pvs()).hasSize(1);
        assertThat(pool.lus()).containsExactly(here);
        assertThat(pool.check().errors()).isEmpty();
    }
}
