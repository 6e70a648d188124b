package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Grant;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.LongWork;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.LuRow;

class MovesTest extends Nodes {
    private static final int BLOCKS = 16;

    private void move(String tier, Progress progress) {
        a.storage.changes().apply(new Move("l", TierName.of(tier)), progress);
    }

    @Test
    void anLuMovesBetweenTiersWhileItIsWritten() {
        pool("p", 2);
        a.storage.groups().apply(new CreateTier(TierName.of("p/default/one"), List.of(pv("p", 0))), Progress.NONE);
        a.storage.groups().apply(new CreateTier(TierName.of("p/default/two"), List.of(pv("p", 1))), Progress.NONE);
        Lu lu = lu("l", "p/default/one");
        movesWhileItIsWritten(lu, "p/default/two");
        assertThat(a.storage.groups().tier(TierName.of("p/default/one")).lus()).isZero();
        assertThat(a.storage.poolUpkeep().map("p").getFirst().parts()).isEmpty();
    }

    @Test
    void anLuMovesToAnotherPoolWhileItIsWritten() {
        pool("p", 1);
        Pool other = pool("q", 1);
        Lu lu = lu("l", "p");
        movesWhileItIsWritten(lu, "q");
        assertThat(a.storage.lu("l").pool()).isEqualTo(other.id());
        assertThat(a.storage.pool("p").usedBytes()).isZero();
        a.storage.deletePool("p");
        assertThat(a.storage.check("q").errors()).isEmpty();
    }

    /** A writer counts up in blocks of its own; whatever it was told is written must be there afterwards. */
    private void movesWhileItIsWritten(Lu lu, String tier) {
        OpenLu open = a.storage.open(lu.id(), 1, "running");
        for (int block = 0; block < BLOCKS; block++) {
            write(open, block * MIB, -1);
        }
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        int[] last = new int[BLOCKS];
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            Random random = new Random(7);
            for (int round = 1; !stop.get(); round++) {
                int block = random.nextInt(BLOCKS);
                write(open, block * MIB, round);
                assertThat(read(open, block * MIB)).isEqualTo(round);
                last[block] = round;
                rounds.set(round);
            }
        });
        await().until(() -> rounds.get() > 10);
        assertThat(a.storage.changes().plan(new Move("l", TierName.of(tier))).isPossible())
                .isTrue();
        AtomicInteger told = new AtomicInteger();
        move(tier, (_, _) -> {
            told.incrementAndGet();
            return true;
        });
        int moved = rounds.get();
        await().until(() -> rounds.get() > moved + 10);
        stop.set(true);
        writer.join();
        open.flush();
        open.close();
        assertThat(told).hasPositiveValue();
        assertThat(a.storage.lu("l").place().tier()).isEqualTo(TierName.of(tier));
        for (int block = 0; block < BLOCKS; block++) {
            assertThat(get(a, "l", block * MIB)).isEqualTo(last[block] == 0 ? -1 : last[block]);
        }
        assertThat(a.storage.works().entries()).isEmpty();
    }

    @Test
    void aClosedLuMovesToAnotherPoolAndWhatWasNeverWrittenTakesNoSpace() {
        pool("p", 1);
        pool("q", 1);
        put(a, lu("l", "p"), 8 * MIB, 4);
        move("q", Progress.NONE);
        assertThat(a.storage.lu("l").poolName()).isEqualTo("q");
        assertThat(a.storage.lu("l").usedBytes()).isEqualTo(a.storage.pool("q").extentBytes());
        assertThat(get(a, "l", 8 * MIB)).isEqualTo(4);
        assertThat(get(a, "l", 0)).isZero();
        assertThat(a.ownership.owners()).isEmpty();
    }

    @Test
    void aMoveToAnotherPoolThatIsCancelledLeavesNothingThere() {
        pool("p", 1);
        pool("q", 1);
        Lu lu = lu("l", "p");
        put(a, lu, 0, 4);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            assertFails(StorageError.CANCELLED, () -> move("q", (_, _) -> false));
            assertThat(read(open, 0)).isEqualTo(4);
            write(open, 0, 5);
        }
        assertThat(a.storage.lu("l").poolName()).isEqualTo("p");
        assertThat(a.storage.pool("q").usedBytes()).isZero();
        assertThat(get(a, "l", 0)).isEqualTo(5);
        a.storage.deletePool("q");
    }

    @Test
    void anLuWithSnapshotsStaysInItsPool() {
        pool("p", 1);
        pool("q", 1);
        lu("l", "p");
        a.storage.changes().apply(new Snapshot(List.of("l"), "s"), Progress.NONE);
        assertThat(a.storage.changes().plan(new Move("l", TierName.of("q"))).obstacles())
                .extracting(e -> e.code())
                .containsExactly(StorageError.SNAPSHOT_IN_USE);
        assertFails(StorageError.SNAPSHOT_IN_USE, () -> move("q", Progress.NONE));
    }

    @Test
    void closingAnLuEndsItsMove() {
        pool("p", 1);
        pool("q", 1);
        Lu lu = lu("l", "p");
        OpenLu open = a.storage.open(lu.id(), 1, "running");
        write(open, 0, 6);
        assertFails(
                StorageError.CANCELLED,
                () -> move("q", (_, _) -> {
                    CompletableFuture.runAsync(open::close).join();
                    return true;
                }));
        assertThat(get(a, "l", 0)).isEqualTo(6);
        assertThat(a.storage.lu("l").poolName()).isEqualTo("p");
        assertThat(a.storage.pool("q").usedBytes()).isZero();
    }

    @Test
    void whatAMoveThatWasCutOffLeftThereIsDeletedByTheNextWhoOpensIt() {
        Pool from = pool("p", 1);
        Pool to = pool("q", 1);
        Lu lu = lu("l", "p");
        Grant grant = a.ownership.acquire("lu:" + lu.id(), "moving and dying");
        LuRow row = a.database.view(LuRow.class).get(lu.id()).orElseThrow();
        a.database.write(t -> t.update(row.in(from.id(), row.tier(), java.util.Optional.of(to.id()))));
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, to);
        awaitAttached(b, from);
        b.remnant(to, lu.id(), grant.epoch());
        a.ownership.release(grant);
        assertFails(StorageError.POOL_NOT_EMPTY, () -> b.storage.deletePool("q"));
        b.storage.open(lu.id(), 1, "looking").close();
        assertThat(b.storage.pool("q").usedBytes()).isZero();
        b.storage.deletePool("q");
    }

    @Test
    void longWorkIsSeenAndCancelledFromAnotherNode() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, pool("p", 1));
        pool("q", 1);
        Lu lu = lu("l", "p");
        put(a, lu, 0, 1);
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<Void> moving = CompletableFuture.runAsync(() -> move("q", (_, _) -> {
            told.incrementAndGet();
            // Each await first looks after a while: the regions behind this one last until the wish is read.
            await().until(() -> b.storage.works().entries().stream().anyMatch(LongWork.Entry::cancelled));
            return true;
        }));
        await().until(() -> told.get() > 0);
        await().until(() -> b.storage.works().entries().stream()
                .anyMatch(entry ->
                        entry.kind().equals("lu-move") && entry.nodeName().equals("a") && entry.running()));
        b.storage.works().cancel(b.storage.works().entries().getFirst().token());
        assertThat(moving.handle((_, failed) -> failed == null).join()).isFalse();
        assertFails(StorageError.NO_SUCH_WORK, () -> b.storage.works().cancel(UUID.randomUUID()));
        assertThat(a.storage.lu("l").poolName()).isEqualTo("p");
    }
}
