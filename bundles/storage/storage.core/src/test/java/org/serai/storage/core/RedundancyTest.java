package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.DeathProof;
import org.serai.storage.AccessPolicy;
import org.serai.storage.CopySpec;
import org.serai.storage.GroupChange.CreateGroup;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.LuLock;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.Reader;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.PvRow;

class RedundancyTest extends Nodes {
    private static final Reader CLIENT = new Reader(1, OptionalLong.empty());

    private Pool p;
    private Pool q;
    private Lu lu;

    @BeforeEach
    void makeAnLuAndAPoolForItsCopy() {
        p = pool("p", 1);
        q = pool("q", 1);
        lu = lu("l", "p");
    }

    private RedundantLu add() {
        return a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
    }

    private RedundantLu state(TestNode node) {
        return node.storage.redundancy().redundantLu("l");
    }

    private void awaitSynchronous(TestNode node) {
        await().until(() -> {
            RedundantLu now = state(node);
            return now.state() == State.SYNCHRONOUS && now.behindBytes() == 0;
        });
    }

    private OpenLu open(TestNode node) {
        return node.storage.open(lu.id(), 1, "running");
    }

    private List<String> events(String topic) {
        return a.events.stream().filter(event -> event.startsWith(topic)).toList();
    }

    private void away(Pool pool, boolean away) {
        UUID pv = a.database
                .view(PvRow.class)
                .first(row -> row.pool().equals(pool.id()))
                .orElseThrow()
                .id();
        simulated.away(pool.id(), pv, away);
    }

    private TestNode second() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        awaitAttached(b, q);
        return b;
    }

    @Test
    void anLuInUseIsGivenACopyThatSurvivesIt() {
        try (OpenLu open = open(a)) {
            write(open, 0, 1);
            assertThat(add().state()).isEqualTo(State.COPY_BEHIND);
            write(open, 8 * MIB, 2);
            awaitSynchronous(a);
            assertThat(state(a).since()).isNotEmpty();
            write(open, 12 * MIB, 3);
            away(p, true);
            assertThat(read(open, 0)).isEqualTo(1);
            write(open, 4096, 4);
            open.flush();
            assertThat(state(a).state()).isEqualTo(State.PRIMARY_BEHIND);
            assertThat(state(a).reason()).contains("l failed").doesNotContain("SERAI-");
            assertThat(a.storage.lu("l").state()).isEqualTo("degraded");
            assertThat(events(Redundancy.DEGRADED)).singleElement().asString().contains("copy=l2", "PRIMARY_BEHIND");
            away(p, false);
            awaitSynchronous(a);
            assertThat(a.storage.lu("l").state()).isEqualTo("online");
            await().untilAsserted(() -> assertThat(events(Redundancy.RESTORED)).hasSize(2));
            assertThat(a.storage.locks().locks()).extracting(LuLock::luName).containsExactly("l", "l2");
            away(q, true);
            assertThat(List.of(read(open, 0), read(open, 8 * MIB), read(open, 12 * MIB), read(open, 4096)))
                    .containsExactly(1, 2, 3, 4);
            write(open, 0, 5);
            assertThat(state(a).state()).isEqualTo(State.COPY_BEHIND);
            away(q, false);
            awaitSynchronous(a);
        }
        assertThat(a.storage.lu("l").lock()).isEmpty();
        assertThat(a.storage.lu("l2").lock()).isEmpty();
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l", "l2");
        assertThat(get(a, "l", 0)).isEqualTo(5);
    }

    @Test
    void aSideThatIsBackIsAskedForByAnOperatorAndByItselfAtOnce() {
        add();
        try (OpenLu open = open(a)) {
            awaitSynchronous(a);
            for (int round = 0; round < 20; round++) {
                away(p, true);
                write(open, 0, round);
                away(p, false);
                assertThat(a.storage.redundancy().resync("l", Progress.NONE).state())
                        .isEqualTo(State.SYNCHRONOUS);
            }
        }
    }

    @Test
    void anLuAtRestIsGivenACopyAndResynchronisedOnRequest() {
        put(a, lu, 4 * MIB, 7);
        add();
        assertThat(a.storage.redundancy().resync("l", Progress.NONE).state()).isEqualTo(State.SYNCHRONOUS);
        a.storage.redundancy().promote("l");
        assertThat(state(a).luName()).isEqualTo("l2");
        assertThat(get(a, "l2", 4 * MIB)).isEqualTo(7);
        assertFails(StorageError.READ_ONLY, () -> get(a, "l", 0));
    }

    @Test
    void aCopyIsNeitherWrittenNorDeletedNorChangedByItself() {
        add();
        assertFails(
                StorageError.READ_ONLY, () -> a.storage.open(a.storage.lu("l2").id(), 1, "writing"));
        assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("l2"));
        assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("l"));
        assertFails(StorageError.READ_ONLY, () -> a.storage.changes().apply(new Resize("l2", 32 * MIB), Progress.NONE));
        assertFails(StorageError.READ_ONLY, () -> a.storage.changes().apply(new Rollback("l2", "s"), Progress.NONE));
        assertFails(
                StorageError.NOT_REDUNDANT,
                () -> a.storage.changes().apply(new Move("l2", TierName.defaultOf("p")), Progress.NONE));
        assertFails(StorageError.NOT_REDUNDANT, this::add);
        a.storage.redundancy().remove("l");
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l");
        assertThat(a.storage.pool("q").usedBytes()).isZero();
        a.storage.deleteLu("l");
        assertThat(a.storage.pool("p").usedBytes()).isZero();
    }

    @Test
    void theCopyMustBeInAnotherDiskGroupOnOtherPvs() {
        Pool r = pool("r", 2);
        a.storage.groups().apply(new CreateGroup("r", "g", List.of(pv("r", 1)), AccessPolicy.OPEN), Progress.NONE);
        a.storage.groups().apply(new CreateTier(TierName.of("r/g/t"), List.of(pv("r", 1))), Progress.NONE);
        a.storage.groups().apply(new CreateGroup("r", "h", List.of(pv("r", 0)), AccessPolicy.OPEN), Progress.NONE);
        a.storage.groups().apply(new CreateTier(TierName.of("r/h/t"), List.of(pv("r", 0))), Progress.NONE);
        lu("m", "r/g/t");
        assertThat(r.pvs()).hasSize(2);
        for (String tier : List.of("r/g/t", "r")) {
            assertFails(
                    StorageError.NOT_REDUNDANT,
                    () -> a.storage.redundancy().add(new CopySpec("m", "m2", TierName.of(tier))));
        }
        a.storage.redundancy().add(new CopySpec("m", "m2", TierName.of("r/h/t")));
        assertThat(a.storage.redundancy().resync("m2", Progress.NONE).state()).isEqualTo(State.SYNCHRONOUS);
    }

    @Test
    void aCopyIsRemovedWhileTheLuIsInUse() {
        add();
        try (OpenLu open = open(a)) {
            write(open, 0, 1);
            awaitSynchronous(a);
            a.storage.redundancy().remove("l");
            assertThat(read(open, 0)).isEqualTo(1);
            write(open, 0, 2);
            open.flush();
            assertThat(a.storage.redundancy().redundantLus()).isEmpty();
        }
        assertThat(get(a, "l", 0)).isEqualTo(2);
    }

    @Test
    void bothSidesGrowShrinkAndRollBackTogether() {
        add();
        try (OpenLu open = open(a)) {
            awaitSynchronous(a);
            a.storage.changes().apply(new Resize("l", 32 * MIB), Progress.NONE);
            assertThat(a.storage.lu("l2").sizeBytes()).isEqualTo(32 * MIB);
            write(open, 31 * MIB, 1);
            a.storage.changes().apply(new Snapshot(List.of("l"), "s"), Progress.NONE);
            write(open, 31 * MIB, 2);
            a.storage.changes().apply(new Rollback("l", "s"), Progress.NONE);
            awaitSynchronous(a);
            away(p, true);
            assertThat(read(open, 31 * MIB)).isEqualTo(1);
            away(p, false);
            awaitSynchronous(a);
            a.storage.changes().apply(new Resize("l", 8 * MIB), Progress.NONE);
            assertThat(a.storage.lu("l2").sizeBytes()).isEqualTo(8 * MIB);
        }
    }

    @Test
    void whoReadsOnlyIsLedToTheCopyWhileAnotherNodeHoldsTheLu() {
        add();
        TestNode b = second();
        OpenLu open = open(a);
        try (open) {
            write(open, 0, 11);
            open.flush();
            awaitSynchronous(a);
            awaitSynchronous(b);
            assertThat(assertFails(StorageError.LU_LOCKED, () -> open(b)).reason())
                    .contains("node a holds it for running since");
            try (OpenLu reading = b.storage.redundancy().openForReading(lu.id(), CLIENT, "a backup")) {
                assertThat(read(reading, 0)).isEqualTo(11);
                write(open, 0, 12);
                open.flush();
                assertThat(read(reading, 0)).isEqualTo(12);
                assertFails(StorageError.READ_ONLY, () -> write(reading, 0, 13));
                away(q, true);
                write(open, 0, 14);
                await().untilAsserted(() -> assertFails(StorageError.NOT_SYNCHRONOUS, () -> read(reading, 0)));
                away(q, false);
            }
            Reader other = new Reader(2, OptionalLong.empty());
            assertFails(
                    StorageError.WRONG_CLIENT, () -> b.storage.redundancy().openForReading(lu.id(), other, "prying"));
            Reader adapter = new Reader(1, OptionalLong.of(4711));
            assertFails(
                    StorageError.WRONG_CLIENT, () -> b.storage.redundancy().openForReading(lu.id(), adapter, "prying"));
        }
    }

    @Test
    void aDeadNodesRedundantLuIsTakenOverWithBothSides() {
        add();
        TestNode b = second();
        OpenLu open = open(a);
        write(open, 0, 1);
        awaitSynchronous(a);
        write(open, MIB, 2);
        open.flush();
        a.die();
        simulated.crash(a.incarnation, () -> true);
        b.dead.add(a.id);
        DeathProof proof = b.prove(a.id, a.incarnation, _ -> {});
        try (OpenLu taken = b.storage.takeOver(lu.id(), 1, "taken over", proof)) {
            assertThat(read(taken, 0)).isEqualTo(1);
            assertThat(read(taken, MIB)).isEqualTo(2);
            awaitSynchronous(b);
            away(p, true);
            assertThat(read(taken, MIB)).isEqualTo(2);
            away(p, false);
        }
    }

    @Test
    void aCopyIsPromotedWhenThePrimaryIsLostWithItsNode() {
        add();
        TestNode b = second();
        OpenLu open = open(a);
        awaitSynchronous(a);
        away(p, true);
        write(open, 0, 9);
        open.flush();
        assertFails(StorageError.LU_LOCKED, () -> b.storage.redundancy().promote("l"));
        a.die();
        simulated.crash(a.incarnation, () -> true);
        b.dead.add(a.id);
        RedundantLu promoted = b.storage.redundancy().promote("l");
        assertThat(promoted.luName()).isEqualTo("l2");
        assertThat(promoted.state()).isEqualTo(State.COPY_BEHIND);
        try (OpenLu now = b.storage.open(promoted.lu(), 1, "running again")) {
            assertThat(read(now, 0)).isEqualTo(9);
            write(now, 0, 10);
            away(p, false);
            awaitSynchronous(b);
            away(q, true);
            assertThat(read(now, 0)).isEqualTo(10);
            away(q, false);
        }
    }

    @Test
    void aCopyThatIsBehindIsNotPromoted() {
        add();
        assertFails(StorageError.NOT_SYNCHRONOUS, () -> a.storage.redundancy().promote("l"));
        assertThat(a.storage.lu("l").lock()).isEmpty();
    }

    @Test
    void whatADeadNodeBeganToCopyIsCleared() {
        // As it is when a node dies after it made the copy, before that is known as one.
        Lu made = lu("l2", "q");
        a.journal.begin("lu-copy", "lu:" + lu.id(), "[\"" + made.id() + "\"]");
        a.die();
        TestNode c = node("c", UUID.randomUUID());
        c.dead.add(a.id);
        await().until(() -> c.storage.lus().size() == 1);
        assertThat(c.journal.open("lu-copy")).isEmpty();
    }
}
