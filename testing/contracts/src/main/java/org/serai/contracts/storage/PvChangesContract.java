package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.Moves;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;

/** What a driver promises whose pools have {@link PvChanges}. */
public abstract class PvChangesContract extends StorageFixture {
    private final UUID lu = UUID.randomUUID();

    private PvLayout pv(int position, long sizeBytes) {
        UUID id = UUID.randomUUID();
        return new PvLayout(id, position, folder.resolve("pv-" + id).toString(), OptionalLong.of(sizeBytes));
    }

    /** What the VIOS DB says after the PV was added: its size is not wanted any more. */
    private PoolLayout with(PoolLayout layout, PvLayout... more) {
        List<PvLayout> all = new ArrayList<>(layout.pvs());
        all.addAll(List.of(more));
        space.now(all);
        return new PoolLayout(layout.pool(), layout.name(), all, layout.extentBytes());
    }

    private PoolLayout without(PoolLayout layout, PvLayout removed) {
        List<PvLayout> left =
                layout.pvs().stream().filter(each -> !each.equals(removed)).toList();
        space.now(left);
        return new PoolLayout(layout.pool(), layout.name(), left, layout.extentBytes());
    }

    private static PvChanges changes(PoolStore pool) {
        return can(pool, PvChanges.class);
    }

    @Test
    void aFullPoolGoesOnWhenAPvIsAddedOnEveryNode() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        PoolStore other = open(layout);
        UUID second = UUID.randomUUID();
        LuStore here = newLu(pool, lu, 256L * MIB);
        LuStore there = newLu(other, second, 256L * MIB);
        write(there, 0, MIB, 2);
        long written = fill(here, 0, 1);
        PvLayout added = pv(1, 64 * MIB);
        changes(pool).addPv(added);
        changes(pool).addPv(added);
        PoolLayout now = with(layout, added);
        write(here, written + MIB, 8 * MIB, 1);
        write(there, 8 * MIB, 8 * MIB, 2);
        here.close();
        there.close();
        LuStore across = other.openLu(lu, 2);
        assertHolds(across, written + MIB, 8 * MIB, 1);
        across.close();
        LuStore back = pool.openLu(second, 2);
        assertHolds(back, 8 * MIB, 8 * MIB, 2);
        back.close();
        assertThat(pool.pvs())
                .extracting(PvUsage::pv)
                .containsExactly(layout.pvs().getFirst().pv(), added.pv());
        assertThat(other.usage()).isEqualTo(pool.usage());
        assertSound(pool);
        assertSound(open(now));
    }

    @Test
    void aPvThatIsSomebodysOrTooSmallIsNotAdded() {
        PoolLayout layout = layout(1, 64 * MIB);
        PoolStore pool = create(layout);
        PoolLayout foreign = layout(1, 64 * MIB);
        PoolStore owner = create(foreign);
        newLu(owner, lu, MIB).close();
        PvLayout taken = foreign.pvs().getFirst();
        assertFails(
                StorageError.PV_IN_USE,
                () -> changes(pool).addPv(new PvLayout(UUID.randomUUID(), 1, taken.path(), OptionalLong.empty())));
        assertFails(StorageError.PV_UNUSABLE, () -> changes(pool).addPv(pv(1, 4096)));
        assertThat(pool.pvs()).hasSize(1);
        assertThat(owner.lus()).containsExactly(lu);
        assertSound(pool);
    }

    @Test
    void aPvThatGrewGivesMoreRoom() {
        PoolLayout layout = layout(1, 48 * MIB);
        PoolStore pool = create(layout);
        PoolStore other = open(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        long before = pool.usage().sizeBytes();
        UUID pv = layout.pvs().getFirst().pv();
        changes(pool).growPv(pv, 96 * MIB);
        changes(pool).growPv(pv, 96 * MIB);
        changes(pool).growPv(pv, 0);
        assertThat(pool.usage().sizeBytes()).isGreaterThanOrEqualTo(before + 40 * MIB);
        assertThat(pool.pvs().getFirst().sizeBytes()).isEqualTo(96 * MIB);
        write(store, written + MIB, 32 * MIB, 1);
        store.close();
        assertThat(other.usage()).isEqualTo(pool.usage());
        LuStore there = other.openLu(lu, 2);
        assertHolds(there, written + MIB, 32 * MIB, 1);
        there.close();
        assertSound(pool);
        LuStore again = open(layout).openLu(lu, 3);
        assertHolds(again, written + MIB, 32 * MIB, 1);
    }

    @Test
    void nothingNewIsPutOnADrainedPv() {
        PoolLayout layout = layout(2, 48 * MIB);
        PvLayout drained = layout.pvs().get(1);
        PoolStore pool = create(layout);
        changes(pool).drainPv(drained.pv(), true);
        changes(pool).drainPv(drained.pv(), true);
        PoolStore other = open(layout);
        LuStore store = newLu(other, lu, 256L * MIB);
        long written = fill(store, 0, 1);
        assertThat(usedOn(pool, drained)).isZero();
        assertThat(changes(pool).lusOn(drained.pv())).isEmpty();
        assertThat(changes(pool).lusOn(layout.pvs().get(0).pv())).containsExactly(lu);
        changes(pool).drainPv(drained.pv(), false);
        write(store, written + MIB, 16 * MIB, 1);
        store.flush();
        assertThat(usedOn(pool, drained)).isGreaterThanOrEqualTo(15 * MIB);
        assertThat(changes(pool).lusOn(drained.pv())).containsExactly(lu);
        store.close();
        assertSound(pool);
    }

    /** The driver's LUs move as well. */
    @Test
    void aPvIsRemovedWhenItIsEmptyAndBelongsToNobodyThen() {
        PoolLayout layout = layout(3, 64 * MIB);
        PvLayout leaving = layout.pvs().get(1);
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 256L * MIB);
        write(store, 0, 80 * MIB, 1);
        store.flush();
        assertThat(changes(pool).lusOn(leaving.pv())).containsExactly(lu);
        assertFails(StorageError.PV_NOT_EMPTY, () -> changes(pool).removePv(leaving.pv()));
        changes(pool).drainPv(leaving.pv(), true);
        can(store, Moves.class)
                .place(Set.of(layout.pvs().get(0).pv(), layout.pvs().get(2).pv()), Set.of(), Progress.NONE);
        store.close();
        assertThat(changes(pool).lusOn(leaving.pv())).isEmpty();
        changes(pool).removePv(leaving.pv());
        PoolLayout now = without(layout, leaving);
        changes(pool).removePv(leaving.pv());
        assertThat(pool.pvs()).extracting(PvUsage::pv).doesNotContain(leaving.pv());
        PoolStore again = open(now);
        LuStore moved = again.openLu(lu, 2);
        assertHolds(moved, 0, 80 * MIB, 1);
        moved.close();
        assertSound(again);
        // Its old place stays free: the next one comes behind the last.
        PvLayout next = pv(3, 64 * MIB);
        changes(again).addPv(next);
        with(now, next);
        LuStore grown = again.openLu(lu, 3);
        write(grown, 100 * MIB, 40 * MIB, 2);
        grown.close();
        assertThat(usedOn(again, next)).isPositive();
        assertSound(again);
        PoolLayout taker = new PoolLayout(
                UUID.randomUUID(),
                "taker",
                List.of(new PvLayout(UUID.randomUUID(), 0, leaving.path(), OptionalLong.of(64 * MIB))),
                0);
        assertThat(driver().create(taker, new SharedSpace().node()).lus()).isEmpty();
    }
}
