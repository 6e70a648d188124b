package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.PoolCheck;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvChanges.Loss;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.Snapshots;

/**
 * What a driver promises whose pools have {@link PvChanges} of PVs that are gone for good: nothing that was on them reads
 * as anything but an error, all else goes on, and what comes back is not believed.
 */
public abstract class LostPvContract extends StorageFixture {
    private final UUID here = UUID.randomUUID();
    private final UUID torn = UUID.randomUUID();
    private final UUID there = UUID.randomUUID();
    private PoolLayout layout;

    /** From now on the PV cannot be reached, from no node. */
    protected abstract void lose(PoolLayout pool, PvLayout pv);

    /** It is back as it was, if that is possible for a PV that the pool has given up. */
    protected abstract void bringBack(PoolLayout pool, PvLayout pv);

    private PvLayout pv(int position) {
        return layout.pvs().get(position);
    }

    private static PvChanges changes(PoolStore pool) {
        return can(pool, PvChanges.class);
    }

    private OpenMode on(int pv, long epoch) {
        return new OpenMode(epoch, Set.of(pv(pv).pv()), false);
    }

    /** One LU on the first PV, one on the second, and one that begins on the first and goes on on the second. */
    private PoolStore made() {
        layout = layout(3, 96 * MIB);
        PoolStore pool = create(layout);
        for (UUID lu : List.of(here, torn, there)) {
            int at = lu.equals(there) ? 1 : 0;
            pool.createLu(new LuLayout(lu, 64 * MIB, false, Set.of(pv(at).pv())), 1);
            LuStore store = pool.openLu(lu, on(at, 1));
            write(store, 0, 8 * MIB, 1);
            store.close();
        }
        LuStore store = pool.openLu(torn, on(1, 2));
        write(store, 32 * MIB, 16 * MIB, 2);
        store.close();
        return pool;
    }

    private void gaveUp(PoolStore pool) {
        lose(layout, pv(1));
        changes(pool).removeLostPv(pv(1).pv());
    }

    @Test
    void aPvThatIsThereAndTheFirstOneAreNotGivenUp() {
        PoolStore pool = made();
        assertFails(StorageError.PV_PRESENT, () -> changes(pool).removeLostPv(pv(1).pv()));
        assertFails(StorageError.PV_NOT_EMPTY, () -> changes(pool).removeLostPv(pv(0).pv()));
        assertThat(pool.pvs()).hasSize(3);
        assertThat(changes(pool).lostBytes(torn)).isZero();
        LuStore store = pool.openLu(torn, 3);
        assertHolds(store, 32 * MIB, 16 * MIB, 2);
        store.close();
        assertSound(pool);
    }

    @Test
    void whatWouldBeLostIsToldBefore() {
        PoolStore pool = made();
        lose(layout, pv(1));
        List<Loss> losses = changes(pool).losses(pv(1).pv());
        assertThat(losses).extracting(Loss::lu).containsExactlyInAnyOrder(torn, there);
        assertThat(losses)
                .filteredOn(loss -> loss.lu().equals(torn))
                .containsExactly(new Loss(torn, 16 * MIB, List.of(), false));
        assertThat(changes(pool).losses(pv(2).pv())).isEmpty();
    }

    @Test
    void whatWasOnItCannotBeReadAndAllElseGoesOn() {
        PoolStore pool = made();
        PoolStore other = open(layout);
        LuStore open = other.openLu(here, 3);
        gaveUp(pool);
        changes(pool).removeLostPv(pv(1).pv());
        assertThat(pool.pvs()).extracting(PvUsage::pv).containsExactly(pv(0).pv(), pv(2).pv());
        assertThat(other.pvs()).isEqualTo(pool.pvs());
        assertHolds(open, 0, 8 * MIB, 1);
        write(open, 16 * MIB, 8 * MIB, 3);
        open.close();
        LuStore store = other.openLu(torn, 3);
        assertHolds(store, 0, 8 * MIB, 1);
        assertZero(store, 16 * MIB, 8 * MIB);
        for (long at = 32 * MIB; at < 48 * MIB; at += MIB) {
            long offset = at;
            assertFails(StorageError.DATA_DAMAGED, () -> read(store, offset, 4096));
            assertFails(StorageError.DATA_DAMAGED, () -> write(store, offset, 4096, 4));
        }
        store.close();
        assertFails(StorageError.DATA_DAMAGED, () -> read(pool.openLu(there, 3), 0, 4096));
        PoolCheck check = pool.check();
        assertThat(check.errors()).isEmpty();
        assertThat(check.lost())
                .anyMatch(sentence -> sentence.contains(torn.toString()))
                .noneMatch(sentence -> sentence.contains(here.toString()));
        assertThat(changes(pool).lostBytes(torn)).isEqualTo(16L * MIB);
        assertThat(changes(pool).lostBytes(there)).isGreaterThanOrEqualTo(8L * MIB);
        assertThat(changes(pool).lostBytes(here)).isZero();
    }

    @Test
    void whatIsOverwrittenOrDiscardedIsThereAgain() {
        PoolStore pool = made();
        gaveUp(pool);
        LuStore store = pool.openLu(torn, 3);
        write(store, 32 * MIB, 4 * MIB, 5);
        can(store, Discards.class).discard(36 * MIB, 4 * MIB);
        can(store, Discards.class).writeZeroes(40 * MIB, 4 * MIB, false);
        assertHolds(store, 32 * MIB, 4 * MIB, 5);
        assertZero(store, 36 * MIB, 8 * MIB);
        store.flush();
        write(store, 32 * MIB, 4096, 6);
        assertFails(StorageError.DATA_DAMAGED, () -> read(store, 44 * MIB, 4096));
        store.close();
        assertThat(changes(pool).lostBytes(torn)).isEqualTo(4L * MIB);
        LuStore again = pool.openLu(torn, 4);
        assertHolds(again, 32 * MIB, 4096, 6);
        assertHolds(again, 33 * MIB, 3 * MIB, 5);
        assertZero(again, 36 * MIB, 8 * MIB);
        can(again, Discards.class).discard(44 * MIB, 4 * MIB);
        again.close();
        assertThat(changes(pool).lostBytes(torn)).isZero();
        pool.deleteLu(there, 4);
        assertSound(pool);
        assertThat(pool.check().lost()).isEmpty();
    }

    @Test
    void itsLusCanBeDeletedAndTheirSpaceComesBack() {
        PoolStore pool = made();
        gaveUp(pool);
        for (UUID lu : List.of(torn, there, here)) {
            pool.deleteLu(lu, 4);
        }
        assertThat(pool.lus()).isEmpty();
        assertThat(pool.usage().usedBytes()).isZero();
        assertThat(pool.check().lost()).isEmpty();
        assertSound(pool);
        LuStore store = newLu(pool, UUID.randomUUID(), 256L * MIB);
        assertThat(fill(store, 0, 7)).isGreaterThan(128L * MIB);
        store.close();
        assertSound(pool);
    }

    @Test
    void whoHasOneOpenThatIsLostAsAWholeCanCloseIt() {
        PoolStore pool = made();
        LuStore open = pool.openLu(there, on(1, 3));
        assertHolds(open, 0, 8 * MIB, 1);
        gaveUp(pool);
        assertFails(StorageError.DATA_DAMAGED, () -> read(open, 0, 4096));
        open.close();
        pool.deleteLu(there, 4);
        assertSound(pool);
    }

    @Test
    void snapshotsLoseWhatWasThere() {
        PoolStore pool = made();
        UUID snapshot = UUID.randomUUID();
        LuStore store = pool.openLu(torn, on(2, 3));
        can(store, Snapshots.class).snapshot(snapshot);
        write(store, 32 * MIB, 16 * MIB, 8);
        store.close();
        lose(layout, pv(1));
        assertThat(changes(pool).losses(pv(1).pv())).contains(new Loss(torn, 0, List.of(snapshot), false));
        changes(pool).removeLostPv(pv(1).pv());
        LuStore now = pool.openLu(torn, on(2, 4));
        assertHolds(now, 32 * MIB, 16 * MIB, 8);
        LuStore shown = can(pool, Clones.class).openSnapshot(torn, snapshot);
        assertHolds(shown, 0, 8 * MIB, 1);
        assertFails(StorageError.DATA_DAMAGED, () -> read(shown, 32 * MIB, 4096));
        shown.close();
        can(now, Snapshots.class).deleteSnapshot(snapshot, Set.of());
        assertHolds(now, 0, 8 * MIB, 1);
        assertHolds(now, 32 * MIB, 16 * MIB, 8);
        now.close();
        pool.deleteLu(there, 4);
        assertSound(pool);
        assertThat(pool.check().lost()).isEmpty();
    }

    @Test
    void whatComesBackIsStaleUntilItIsErased() {
        PoolStore pool = made();
        PoolStore other = open(layout);
        assertThat(other.pvs()).hasSize(3);
        gaveUp(pool);
        space.now(List.of(pv(0), pv(2)));
        bringBack(layout, pv(1));
        assertThat(pool.pvs()).hasSize(2);
        assertThat(other.pvs()).hasSize(2);
        LuStore store = other.openLu(torn, 3);
        assertFails(StorageError.DATA_DAMAGED, () -> read(store, 32 * MIB, 4096));
        store.close();
        PvLayout anew = new PvLayout(UUID.randomUUID(), 3, pv(1).path(), OptionalLong.of(96 * MIB));
        assertFails(StorageError.PV_STALE, () -> changes(pool).addPv(anew));
        assertThat(pool.pvs()).hasSize(2);
        changes(pool).eraseStalePv(pv(0).path());
        changes(pool).eraseStalePv(pv(1).path());
        changes(pool).eraseStalePv(pv(1).path());
        changes(pool).addPv(anew);
        List<PvLayout> now = new ArrayList<>(List.of(pv(0), pv(2), anew));
        space.now(now);
        assertThat(pool.pvs()).hasSize(3).allMatch(PvUsage::present);
        LuStore written = pool.openLu(here, new OpenMode(4, Set.of(anew.pv()), false));
        write(written, 32 * MIB, 8 * MIB, 9);
        written.close();
        assertThat(usedOn(pool, anew)).isPositive();
        assertThat(changes(pool).lostBytes(torn)).isEqualTo(16L * MIB);
        assertThat(other.check().errors()).isEmpty();
    }
}
