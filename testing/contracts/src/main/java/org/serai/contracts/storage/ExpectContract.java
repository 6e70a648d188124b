package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;

/** What a driver promises whose LUs are {@link Expects}. */
public abstract class ExpectContract extends StorageFixture {
    private static final long SIZE = 128L * MIB;

    private final UUID lu = UUID.randomUUID();

    private static void expect(LuStore store, long offset, long length) {
        can(store, Expects.class).expectWrites(offset, length);
    }

    /** What the pool counts as used by an LU that was written and closed without any hint. */
    private long usedWithout(PoolStore pool, int bytes) {
        long before = pool.usage().usedBytes();
        UUID plain = UUID.randomUUID();
        LuStore store = newLu(pool, plain, SIZE);
        write(store, 0, bytes, 7);
        store.close();
        long used = pool.usage().usedBytes() - before;
        pool.deleteLu(plain, 2);
        return used;
    }

    @Test
    void aHintChangesNoContentAndNoUseOfTheLu() {
        PoolStore pool = create(layout(2, SIZE));
        LuStore store = newLu(pool, lu, SIZE);
        write(store, MIB, MIB, 1);
        long used = store.usedBytes();
        expect(store, 0, 16 * MIB);
        assertThat(store.usedBytes()).isEqualTo(used);
        assertHolds(store, MIB, MIB, 1);
        assertZero(store, 0, MIB);
        assertZero(store, 2 * MIB, 16 * MIB);
        write(store, 512, 8 * MIB, 2);
        store.flush();
        assertHolds(store, 512, 8 * MIB, 2);
        assertThat(store.usedBytes()).isBetween(8L * MIB, 9L * MIB);
        store.close();
        assertThat(pool.luUsage(lu).usedBytes()).isBetween(8L * MIB, 9L * MIB);
        assertHolds(pool.openLu(lu, 2), 512, 8 * MIB, 2);
        assertSound(pool);
    }

    @Test
    void spaceIsTakenAtOnceAndWhatIsNotWrittenComesBackAtTheClose() {
        PoolStore pool = create(layout(2, SIZE));
        long without = usedWithout(pool, 3 * MIB);
        LuStore store = newLu(pool, lu, SIZE);
        long before = pool.usage().usedBytes();
        expect(store, 0, 24 * MIB);
        long ahead = pool.usage().usedBytes();
        assertThat(ahead).isGreaterThanOrEqualTo(before + 20 * MIB);
        write(store, 0, 3 * MIB, 1);
        store.flush();
        assertThat(pool.usage().usedBytes()).as("no step more").isEqualTo(ahead);
        store.close();
        assertThat(pool.usage().usedBytes()).isLessThanOrEqualTo(without);
        LuStore again = pool.openLu(lu, 2);
        assertHolds(again, 0, 3 * MIB, 1);
        write(again, 3 * MIB, 20 * MIB, 1);
        again.close();
        assertHolds(pool.openLu(lu, 3), 0, 23 * MIB, 1);
        assertSound(pool);
    }

    @Test
    void whatHasItsSpaceTakesNone() {
        PoolStore pool = create(layout(1, SIZE));
        LuStore store = newLu(pool, lu, SIZE);
        write(store, 0, 12 * MIB, 1);
        store.flush();
        long used = pool.usage().usedBytes();
        expect(store, 0, 12 * MIB);
        expect(store, 5 * MIB, MIB);
        expect(store, 0, 0);
        assertThat(pool.usage().usedBytes()).isEqualTo(used);
        store.close();
        assertSound(pool);
    }

    @Test
    void aHintBeyondThePoolsRoomLeavesMostOfItToOthers() {
        PoolStore pool = create(layout(1, SIZE));
        long room = pool.usage().sizeBytes();
        LuStore store = newLu(pool, lu, 1L << 40);
        expect(store, 0, 1L << 40);
        assertThat(pool.usage().usedBytes()).isLessThanOrEqualTo(room / 4);
        UUID other = UUID.randomUUID();
        LuStore neighbour = newLu(pool, other, SIZE);
        write(neighbour, 0, (int) (room / 2), 2);
        write(store, 0, 4 * MIB, 1);
        store.close();
        neighbour.close();
        assertThat(pool.usage().usedBytes()).isLessThanOrEqualTo(room * 3 / 4);
        assertHolds(pool.openLu(lu, 2), 0, 4 * MIB, 1);
        assertHolds(pool.openLu(other, 2), 0, (int) (room / 2), 2);
        assertSound(pool);
    }

    @Test
    void aHintInAFullPoolDoesNothing() {
        PoolStore pool = create(layout(1, 64L * MIB));
        LuStore store = newLu(pool, lu, SIZE);
        write(store, 0, MIB, 1);
        LuStore other = newLu(pool, UUID.randomUUID(), SIZE);
        fill(other, 0, 2);
        long used = pool.usage().usedBytes();
        expect(store, 0, 64 * MIB);
        assertThat(pool.usage().usedBytes()).isEqualTo(used);
        write(store, 0, MIB, 3);
        store.close();
        assertHolds(pool.openLu(lu, 2), 0, MIB, 3);
        other.close();
        assertSound(pool);
    }

    @Test
    void whatAHolderTookAheadThatDidNotCloseComesBackWithTheNextOne() {
        PoolLayout layout = layout(1, SIZE);
        PoolStore pool = create(layout);
        long without = usedWithout(pool, MIB);
        LuStore store = newLu(pool, lu, SIZE);
        expect(store, 0, 12 * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        store.abandon();
        PoolStore elsewhere = open(layout);
        LuStore next = elsewhere.openLu(lu, 2);
        assertHolds(next, 0, MIB, 1);
        next.close();
        assertThat(elsewhere.usage().usedBytes()).isLessThanOrEqualTo(without);
        assertHolds(elsewhere.openLu(lu, 3), 0, MIB, 1);
        assertSound(elsewhere);
    }

    @Test
    void aClosedLuTakesNoHints() {
        LuStore store = newLu(create(layout(1, 64L * MIB)), lu, SIZE);
        store.close();
        assertFails(StorageError.LU_CLOSED, () -> expect(store, 0, MIB));
    }
}
