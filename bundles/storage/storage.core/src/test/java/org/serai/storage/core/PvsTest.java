package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Journal;
import org.serai.ffdc.SeraiException;
import org.serai.storage.AccessPolicy;
import org.serai.storage.GroupChange.CreateGroup;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.PoolUpkeep.PvMap;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.PvChange.Add;
import org.serai.storage.PvChange.Drain;
import org.serai.storage.PvChange.Grow;
import org.serai.storage.PvChange.Remove;
import org.serai.storage.PvChange.Use;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.PvRow;

class PvsTest extends Nodes {
    private void apply(PvChange change) {
        assertThat(a.storage.pvs().plan(change).obstacles()).isEmpty();
        a.storage.pvs().apply(change, Progress.NONE);
    }

    private static PvSpec spec(String path) {
        return new PvSpec(path, OptionalLong.of(64 * MIB));
    }

    @Test
    void aPoolGrowsByAPvAndByAGrownPv() {
        long before = pool("p", 1).sizeBytes();
        apply(new Add("p", spec(pv("p", 1)), List.of()));
        long two = a.storage.pool("p").sizeBytes();
        assertThat(two).isGreaterThan(before);
        assertThat(a.storage.groups().tier(TierName.of("p")).pvs()).hasSize(2);
        assertThat(a.storage.pvs().pvs("p"))
                .allMatch(pv -> pv.present() && pv.state() == Pv.State.ONLINE)
                .extracting(Pv::position)
                .containsExactly(0, 1);
        apply(new Grow("p", pv("p", 1), OptionalLong.of(128 * MIB)));
        assertThat(a.storage.pool("p").sizeBytes()).isGreaterThan(two);
        assertThat(a.storage.pvs().pvs("p").getLast().sizeBytes()).isEqualTo(128 * MIB);
        Plan smaller = a.storage.pvs().plan(new Grow("p", pv("p", 1), OptionalLong.of(64 * MIB)));
        assertThat(smaller.obstacles()).extracting(e -> e.code()).containsExactly(StorageError.BAD_SIZE);
        Plan twice = a.storage.pvs().plan(new Add("p", spec(pv("p", 1)), List.of()));
        assertThat(twice.obstacles()).extracting(e -> e.code()).containsExactly(StorageError.PV_IN_USE);
        assertFails(
                StorageError.PV_IN_USE,
                () -> a.storage.pvs().apply(new Add("p", spec(pv("p", 1)), List.of()), Progress.NONE));
        assertThat(a.storage.pvs().pvs()).hasSize(2);
    }

    @Test
    void aPvThatIsRefusedLeavesItsPositionToTheNext() {
        pool("p", 1);
        for (int i = 0; i < 3; i++) {
            assertFails(
                    StorageError.PV_UNUSABLE,
                    () -> a.storage
                            .pvs()
                            .apply(
                                    new Add("p", new PvSpec(pv("none", 1), OptionalLong.empty()), List.of()),
                                    Progress.NONE));
        }
        apply(new Add("p", spec(pv("p", 1)), List.of()));
        assertThat(a.storage.pvs().pvs("p")).extracting(Pv::position).containsExactly(0, 1);
    }

    @Test
    void aPvThatIsAddedForATierStaysOutOfTheOthers() {
        pool("p", 1);
        a.storage.groups().apply(new CreateGroup("p", "gold", List.of(pv("p", 0)), AccessPolicy.OPEN), Progress.NONE);
        TierName fast = TierName.of("p/gold/fast");
        a.storage.groups().apply(new CreateTier(fast, List.of(pv("p", 0))), Progress.NONE);
        apply(new Add("p", spec(pv("p", 1)), List.of(fast)));
        assertThat(a.storage.groups().tier(fast).pvs()).hasSize(2);
        assertThat(a.storage.groups().group("p", "default").pvs()).hasSize(1);
        assertThat(a.storage.pvs().pvs("p").getLast().tiers()).containsExactly(fast);
    }

    @Test
    void aPvIsDrainedWhileItsLusAreInUseAndThenRemoved() {
        pool("p", 2);
        List<OpenLu> open = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            Lu lu = lu(name, "p");
            OpenLu used = a.storage.open(lu.id(), 1, "running");
            for (long at = 0; at < 16 * MIB; at += MIB) {
                write(used, at, (int) at + 1);
            }
            open.add(used);
        }
        put(a, lu("closed", "p"), 0, 5);
        a.storage.changes().apply(new Snapshot(List.of("closed"), "s"), Progress.NONE);
        List<Long> told = new ArrayList<>();
        Plan plan = a.storage.pvs().plan(new Remove("p", pv("p", 1)));
        assertThat(plan.steps()).isNotEmpty();
        a.storage.pvs().apply(new Remove("p", pv("p", 1)), (done, _) -> told.add(done));
        assertThat(told).isNotEmpty();
        assertThat(a.storage.pvs().pvs("p")).extracting(Pv::path).containsExactly(pv("p", 0));
        for (OpenLu used : open) {
            for (long at = 0; at < 16 * MIB; at += MIB) {
                assertThat(read(used, at)).isEqualTo((int) at + 1);
            }
            used.close();
        }
        assertThat(get(a, "closed", 0)).isEqualTo(5);
        assertThat(a.storage.check("p").errors()).isEmpty();
        // Its place is free for another pool, and its position is never given again.
        apply(new Add("p", spec(pv("p", 1)), List.of()));
        assertThat(a.storage.pvs().pvs("p")).extracting(Pv::position).containsExactly(0, 2);
    }

    @Test
    void thePoolsLastPvAndATiersLastPvStay() {
        pool("p", 2);
        TierName tier = TierName.of("p/default/t");
        a.storage.groups().apply(new CreateTier(tier, List.of(pv("p", 1))), Progress.NONE);
        lu("l", tier.toString());
        assertThat(a.storage.pvs().plan(new Drain("p", pv("p", 1))).obstacles())
                .extracting(e -> e.code())
                .containsExactly(StorageError.GROUP_IN_USE);
        assertFails(StorageError.GROUP_IN_USE, () -> a.storage.pvs().apply(new Drain("p", pv("p", 1)), Progress.NONE));
        a.storage.deleteLu("l");
        apply(new Drain("p", pv("p", 1)));
        assertThat(a.storage.pvs().pvs("p").getLast().state()).isEqualTo(Pv.State.DRAINING);
        assertFails(StorageError.POOL_IN_USE, () -> a.storage.pvs().apply(new Remove("p", pv("p", 0)), Progress.NONE));
        apply(new Use("p", pv("p", 1)));
        assertThat(a.storage.pvs().pvs("p").getLast().state()).isEqualTo(Pv.State.ONLINE);
    }

    @Test
    void whatAnotherNodeCannotMoveIsNamedAndEverythingElseIsMoved() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = pool("p", 2);
        awaitAttached(b, pool);
        Lu lu = lu("theirs", "p");
        List<Lu> free = List.of(lu("apple", "p"), lu("zebra", "p"));
        free.forEach(this::fill);
        await().until(() -> b.storage.lus().size() == 3);
        try (OpenLu open = b.storage.open(lu.id(), 1, "running lpar two")) {
            fill(open);
            removeDriver(b);
            a.pauseAtMostMs = 1;
            Plan plan = a.storage.pvs().plan(new Remove("p", pv("p", 1)));
            assertThat(plan.obstacles()).isEmpty();
            assertThat(plan.steps())
                    .anyMatch(step -> step.contains("theirs") && step.contains("node b") && step.contains("lpar two"))
                    .anyMatch(step -> step.contains("zebra has there moves to other PVs"));
            SeraiException refused = assertFails(
                    StorageError.PV_NOT_EMPTY, () -> a.storage.pvs().apply(new Remove("p", pv("p", 1)), Progress.NONE));
            assertThat(refused.what()).contains("1 LU ");
            assertThat(refused.reason())
                    .contains("theirs", "node b", "running lpar two")
                    .doesNotContain("apple", "zebra");
            assertThat(refused.action()).contains("see that b can move them");
            assertThat(a.storage.pvs().pvs("p").getLast().state()).isEqualTo(Pv.State.DRAINING);
            Lu later = lu("later", "p");
            fill(later);
            assertThat(on(pv("p", 1))).containsExactly("theirs");
            addDriver(b);
            awaitAttached(b, pool);
            await().ignoreExceptionsInstanceOf(SeraiException.class).until(() -> read(open, 0) == 1);
            b.storage.pvs().apply(new Remove("p", pv("p", 1)), Progress.NONE);
            for (long at = 0; at < 16 * MIB; at += MIB) {
                assertThat(read(open, at)).isEqualTo((int) at + 1);
            }
        }
        await().until(() -> a.storage.pvs().pvs("p").size() == 1);
    }

    @Test
    void whatADeadNodeHoldsIsInTheWayAndThePlanSaysSo() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = pool("p", 2);
        awaitAttached(b, pool);
        Lu lu = lu("theirs", "p");
        await().until(() -> b.storage.lus().size() == 1);
        OpenLu open = b.storage.open(lu.id(), 1, "running lpar two");
        fill(open);
        open.flush();
        b.die();
        a.dead.add(b.id);
        assertThat(a.storage.pvs().plan(new Drain("p", pv("p", 1))).obstacles())
                .singleElement()
                .satisfies(e -> assertThat(e.getMessage()).contains("theirs", "node b, which is over", "lock:break"));
        assertThat(assertFails(
                                StorageError.PV_NOT_EMPTY,
                                () -> a.storage.pvs().apply(new Drain("p", pv("p", 1)), Progress.NONE))
                        .reason())
                .contains("node b, which is over");
        a.storage.locks().breakLock("theirs", _ -> {});
        a.storage.pvs().apply(new Remove("p", pv("p", 1)), Progress.NONE);
    }

    @Test
    void aDrainWaitsForTheNodeThatMovesWhatItHolds() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = pool("p", 2);
        awaitAttached(b, pool);
        Lu lu = lu("theirs", "p");
        await().until(() -> b.storage.lus().size() == 1);
        try (OpenLu open = b.storage.open(lu.id(), 1, "running lpar two")) {
            fill(open);
            a.pauseTimes = 6;
            a.storage.pvs().apply(new Remove("p", pv("p", 1)), Progress.NONE);
            assertThat(a.storage.pvs().pvs("p")).hasSize(1);
            for (long at = 0; at < 16 * MIB; at += MIB) {
                assertThat(read(open, at)).isEqualTo((int) at + 1);
            }
        }
    }

    @Test
    void aNodeMovesWhatItOpensOnAPvThatIsBeingDrainedAlready() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = pool("p", 2);
        awaitAttached(b, pool);
        Lu lu = lu("theirs", "p");
        fill(lu);
        await().until(() -> b.storage.lus().size() == 1);
        a.database.write(t -> t.list(PvRow.class).stream()
                .filter(row -> row.position() == 1)
                .map(row -> t.update(row.in(Pv.State.DRAINING)))
                .toList());
        await().until(() -> b.storage.pvs().pvs("p").getLast().state() == Pv.State.DRAINING);
        try (OpenLu open = b.storage.open(lu.id(), 1, "running lpar two")) {
            a.storage.pvs().apply(new Drain("p", pv("p", 1)), Progress.NONE);
            assertThat(on(pv("p", 1))).isEmpty();
            assertThat(read(open, MIB)).isEqualTo((int) MIB + 1);
        }
    }

    private void fill(Lu lu) {
        try (OpenLu open = a.storage.open(lu.id(), 1, "filling")) {
            fill(open);
        }
    }

    private static void fill(OpenLu open) {
        for (long at = 0; at < 16 * MIB; at += MIB) {
            write(open, at, (int) at + 1);
        }
    }

    /** The LUs that have something on a PV. */
    private List<String> on(String path) {
        return a.storage.poolUpkeep().map("p").stream()
                .filter(map -> map.pv().path().equals(path))
                .flatMap(map -> map.parts().stream())
                .flatMap(part -> part.name().stream())
                .distinct()
                .toList();
    }

    @Test
    void aDrainThatIsCancelledGoesOnWhenItIsAskedForAgain() {
        pool("p", 2);
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            for (long at = 0; at < 16 * MIB; at += MIB) {
                write(open, at, (int) at + 1);
            }
        }
        assertFails(StorageError.CANCELLED, () -> a.storage.pvs().apply(new Remove("p", pv("p", 1)), (_, _) -> false));
        assertThat(a.storage.works().entries()).isEmpty();
        assertThat(a.journal.of("pool:" + a.storage.pool("p").id()))
                .anyMatch(entry -> entry.kind().equals("pv-remove") && entry.state() == Journal.State.UNDONE);
        a.storage.pvs().apply(new Remove("p", pv("p", 1)), Progress.NONE);
        try (OpenLu open = a.storage.open(lu.id(), 1, "looking")) {
            for (long at = 0; at < 16 * MIB; at += MIB) {
                assertThat(read(open, at)).isEqualTo((int) at + 1);
            }
        }
    }

    @Test
    void pvsThatWereLeftHalfAddedOrHalfRemovedAreFinished() {
        Pool pool = pool("p", 2);
        PvRow second =
                a.database.view(PvRow.class).first(row -> row.position() == 1).orElseThrow();
        String neverMade = folder.resolve("never.pv").toString();
        a.database.write(t -> {
            t.update(second.in(Pv.State.REMOVING));
            return t.insert(new PvRow(UUID.randomUUID(), pool.id(), 7, neverMade, 0, Pv.State.ADDING));
        });
        await().until(() -> a.storage.pvs().pvs("p").size() == 1);
        assertThat(a.storage.pvs().pvs("p").getFirst().state()).isEqualTo(Pv.State.ONLINE);
    }

    @Test
    void aMapTellsWhichLuFillsWhat() {
        pool("p", 2);
        Lu lu = lu("l", "p");
        put(a, lu, 0, 1);
        List<PvMap> map = a.storage.poolUpkeep().map("p");
        assertThat(map).hasSize(2);
        assertThat(map.stream().flatMap(pv -> pv.parts().stream()))
                .isNotEmpty()
                .allMatch(part -> part.name().equals(java.util.Optional.of("l"))
                        && part.tier().equals(java.util.Optional.of(TierName.of("p"))));
        assertThat(a.storage.poolUpkeep().check("p", Progress.NONE).ok()).isTrue();
        assertThat(a.storage.poolUpkeep().planRepair("p").steps()).isEmpty();
        assertThat(a.storage.poolUpkeep().repair("p", Progress.NONE).ok()).isTrue();
    }
}
