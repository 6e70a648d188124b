package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.LostPvContract;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.Snapshots;
import org.serai.storage.spi.StorageDriver;

class ExtentLostPvContractTest {
    private static final long GIB = 1L << 30;

    private static void move(String from, String to) {
        try {
            Files.move(Path.of(from), Path.of(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract static class OnFiles extends LostPvContract {
        @Override
        protected void lose(PoolLayout pool, PvLayout pv) {
            move(pv.path(), pv.path() + ".gone");
        }

        @Override
        protected void bringBack(PoolLayout pool, PvLayout pv) {
            move(pv.path() + ".gone", pv.path());
        }

        /** The first GiB of LUs have their map on the first PV, the sixth on the second one, which is lost. */
        @Test
        void mapsThatAreLostReadAsErrorsAndNeverAsZero() {
            PoolLayout layout = layout(2, 96 * MIB);
            PoolStore pool = create(layout);
            UUID plain = UUID.randomUUID();
            UUID snapped = UUID.randomUUID();
            UUID snapshot = UUID.randomUUID();
            Set<UUID> first = Set.of(layout.pvs().get(0).pv());
            Set<UUID> second = Set.of(layout.pvs().get(1).pv());
            for (UUID lu : List.of(plain, snapped)) {
                pool.createLu(new LuLayout(lu, 8 * GIB, false, first), 1);
                LuStore store = pool.openLu(lu, new OpenMode(1, first, false));
                write(store, 0, MIB, 1);
                store.close();
                LuStore further = pool.openLu(lu, new OpenMode(2, second, false));
                if (lu.equals(snapped)) {
                    // From here on the top has a directory of its own.
                    can(further, Snapshots.class).snapshot(snapshot);
                }
                write(further, 5 * GIB, MIB, 2);
                further.close();
            }
            lose(layout, layout.pvs().get(1));
            PvChanges changes = can(pool, PvChanges.class);
            changes.removeLostPv(layout.pvs().get(1).pv());
            LuStore store = pool.openLu(plain, 3);
            assertHolds(store, 0, MIB, 1);
            assertZero(store, GIB, MIB);
            for (long at : List.of(5 * GIB, 6 * GIB)) {
                assertFails(StorageError.DATA_DAMAGED, () -> read(store, at, 4096));
                assertFails(StorageError.DATA_DAMAGED, () -> write(store, at, MIB, 3));
                assertFails(
                        StorageError.DATA_DAMAGED,
                        () -> can(store, Discards.class).discard(at, MIB));
            }
            write(store, 2 * MIB, MIB, 3);
            store.close();
            assertThat(changes.lostBytes(plain)).isGreaterThan(3 * GIB).isLessThan(8 * GIB);
            LuStore whole = pool.openLu(snapped, 3);
            assertFails(StorageError.DATA_DAMAGED, () -> read(whole, 0, 4096));
            can(whole, Snapshots.class).rollback(snapshot);
            assertHolds(whole, 0, MIB, 1);
            assertZero(whole, 5 * GIB, MIB);
            write(whole, 5 * GIB, MIB, 4);
            whole.abandon();
            LuStore again = pool.openLu(snapped, 4);
            assertHolds(again, 0, MIB, 1);
            again.close();
            assertThat(changes.lostBytes(snapped)).isZero();
            assertSound(pool);
            pool.deleteLu(plain, 9);
            assertThat(pool.check().lost()).isEmpty();
            assertSound(pool);
        }
    }

    @Nested
    class Plain extends OnFiles {
        private final StorageDriver driver = new ExtentDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }

    @Nested
    class Summed extends OnFiles {
        private final StorageDriver driver = new SummedDriver();

        @Override
        protected StorageDriver driver() {
            return driver;
        }
    }
}
