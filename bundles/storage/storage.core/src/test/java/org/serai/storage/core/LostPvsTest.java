package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.storage.AccessPolicy;
import org.serai.storage.CopySpec;
import org.serai.storage.GroupChange.CreateGroup;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.GroupChange.SetGroupPvs;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.PvChange.Add;
import org.serai.storage.PvChange.Drain;
import org.serai.storage.PvChange.Lose;
import org.serai.storage.PvChange.Remove;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.PvRow;

/** A PV that is gone for good leaves its pool; what has a whole copy goes on, and what has none is known to be lost. */
class LostPvsTest extends Nodes {
    private static final TierName LEFT = TierName.of("p/left/all");
    private static final TierName RIGHT = TierName.of("p/right/all");

    private Pool p;

    @Override
    String driver() {
        return "extent";
    }

    @BeforeEach
    void makePool() {
        p = pool("p", 3);
        tier(LEFT, 1);
        tier(RIGHT, 2);
    }

    private void tier(TierName name, int pv) {
        a.storage
                .groups()
                .apply(new CreateGroup("p", name.group(), List.of(pv("p", pv)), AccessPolicy.OPEN), Progress.NONE);
        a.storage.groups().apply(new CreateTier(name, List.of(pv("p", pv))), Progress.NONE);
    }

    private void apply(PvChange change) {
        a.storage.pvs().apply(change, Progress.NONE);
    }

    private Lose lost(boolean dropData) {
        return new Lose("p", pv("p", 1), dropData);
    }

    private Path gone() {
        return Path.of(pv("p", 1) + ".gone");
    }

    private void vanish() {
        move(Path.of(pv("p", 1)), gone());
        assertThat(a.storage.pvs().pvs("p").get(1).present()).isFalse();
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void synchronous(String lu) {
        a.storage.redundancy().resync(lu, Progress.NONE);
        assertThat(a.storage.redundancy().redundantLu(lu).state()).isEqualTo(State.SYNCHRONOUS);
    }

    @Test
    void whatIsThereIsNotGivenUpAndNoDataWithoutAWord() {
        put(a, lu("plain", LEFT.toString()), 0, 1);
        put(a, lu("elsewhere", RIGHT.toString()), 0, 2);
        assertThat(a.storage.pvs().plan(lost(true)).obstacles())
                .extracting(e -> e.code())
                .containsExactly(StorageError.PV_PRESENT);
        assertFails(StorageError.PV_PRESENT, () -> apply(lost(true)));
        assertFails(StorageError.PV_NOT_EMPTY, () -> apply(new Lose("p", pv("p", 0), true)));
        vanish();
        for (PvChange reading : List.of(new Drain("p", pv("p", 1)), new Remove("p", pv("p", 1)))) {
            assertThat(a.storage.pvs().plan(reading).obstacles())
                    .anyMatch(
                            e -> e.code() == StorageError.PV_AWAY && e.action().contains("--lost"));
        }
        Plan refused = a.storage.pvs().plan(lost(false));
        assertThat(refused.obstacles()).extracting(e -> e.code()).containsExactly(StorageError.PV_NOT_EMPTY);
        assertThat(refused.obstacles().getFirst().reason())
                .contains("plain is lost as a whole (16.0 MiB), and has no copy")
                .doesNotContain("elsewhere");
        assertFails(StorageError.PV_NOT_EMPTY, () -> apply(lost(false)));
        assertThat(a.storage.pvs().pvs("p")).extracting(Pv::state).containsOnly(Pv.State.ONLINE);
        assertThat(a.storage.pvs().plan(lost(true)).steps()).anyMatch(step -> step.contains("plain"));
        apply(lost(true));
        assertThat(a.storage.pvs().pvs("p")).extracting(Pv::position).containsExactly(0, 2);
        PoolCheck check = a.storage.poolUpkeep().check("p", Progress.NONE);
        assertThat(check.errors()).isEmpty();
        assertThat(check.lost()).anyMatch(sentence -> sentence.contains("LU plain"));
        assertThat(a.storage.lu("plain").state()).isEqualTo("damaged");
        assertThat(assertFails(StorageError.DATA_DAMAGED, () -> get(a, "plain", 0))
                        .what())
                .contains("LU plain");
        assertThat(a.storage.pvs().lostBytes(a.storage.lu("plain"))).isEqualTo(16 * MIB);
        assertThat(get(a, "elsewhere", 0)).isEqualTo(2);
        // The tier has no PV any more: nothing is put anywhere else instead.
        assertFails(StorageError.POOL_FULL, () -> lu("new", LEFT.toString()));
        a.storage.deleteLu("plain");
        assertThat(a.storage.poolUpkeep().check("p", Progress.NONE).lost()).isEmpty();
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("elsewhere");
    }

    @Test
    void aPvThatNoNodeHasSeenSinceItStartedIsGivenUp() {
        put(a, lu("plain", LEFT.toString()), 0, 1);
        vanish();
        a.storage.close();
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        assertThat(assertFails(StorageError.PV_NOT_EMPTY, () -> b.storage.pvs().apply(lost(false), Progress.NONE))
                        .reason())
                .contains("plain is lost as a whole");
        b.storage.pvs().apply(lost(true), Progress.NONE);
        assertThat(b.storage.check("p").errors()).isEmpty();
        b.storage.deleteLu("plain");
    }

    @Test
    void aRedundantLuInUseGoesOnWithTheOtherSideAndGetsANewCopy() {
        Lu lu = lu("l", RIGHT.toString());
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            write(open, 0, 1);
            a.storage.redundancy().add(new CopySpec("l", "l2", LEFT));
            synchronous("l");
            vanish();
            write(open, MIB, 2);
            assertThat(a.storage.redundancy().redundantLu("l").state()).isEqualTo(State.COPY_BEHIND);
            assertThat(a.storage.pvs().plan(lost(true)).steps())
                    .anyMatch(step -> step.contains("l2") && step.contains("l holds everything"));
            apply(lost(true));
            assertThat(read(open, 0)).isEqualTo(1);
            a.storage.redundancy().remove("l");
            await().untilAsserted(() ->
                    assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l"));
            apply(new Add("p", new PvSpec(pv("p", 3), OptionalLong.of(64 * MIB)), List.of(LEFT)));
            a.storage.redundancy().add(new CopySpec("l", "l3", LEFT));
            write(open, 2 * MIB, 3);
            synchronous("l");
        }
        assertThat(get(a, "l", MIB)).isEqualTo(2);
        assertThat(a.storage.poolUpkeep().check("p", Progress.NONE))
                .matches(check -> check.ok() && check.lost().isEmpty());
    }

    @Test
    void aRedundantLuAtRestIsDegradedAtOnceAndItsCopyIsPromoted() {
        Lu lu = lu("l", LEFT.toString());
        a.storage.redundancy().add(new CopySpec("l", "l2", RIGHT));
        put(a, lu, 0, 1);
        synchronous("l");
        vanish();
        apply(lost(true));
        assertThat(a.storage.redundancy().redundantLu("l").state()).isEqualTo(State.PRIMARY_BEHIND);
        assertThat(a.storage.redundancy().redundantLu("l").reason()).contains(pv("p", 1));
        assertThat(get(a, "l", 0)).isEqualTo(1);
        a.storage.redundancy().promote("l");
        a.storage.redundancy().remove("l2");
        await().untilAsserted(
                        () -> assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l2"));
        assertThat(get(a, "l2", 0)).isEqualTo(1);
        assertThat(a.storage.poolUpkeep().check("p", Progress.NONE).lost()).isEmpty();
    }

    @Test
    void aSideThatLostAPartOnlyTakesNoPartEither() {
        a.storage.groups().apply(new SetGroupPvs("p", "default", List.of(pv("p", 0), pv("p", 1))), Progress.NONE);
        Lu plain = a.storage.createLu(new LuSpec("plain", TierName.of("p"), 1, LuKind.DATA, 32 * MIB, true));
        a.storage.redundancy().add(new CopySpec("plain", "plain2", RIGHT));
        put(a, plain, 0, 5);
        synchronous("plain");
        vanish();
        apply(lost(true));
        long bytes = a.storage.pvs().lostBytes(a.storage.lu("plain"));
        assertThat(bytes).isPositive();
        assertThat(a.storage.redundancy().redundantLu("plain").state()).isEqualTo(State.PRIMARY_BEHIND);
        try (OpenLu open = a.storage.open(plain.id(), 1, "running")) {
            for (long at = 0; at < 32 * MIB; at += MIB) {
                assertThat(read(open, at)).isEqualTo(at == 0 ? 5 : 0);
            }
            write(open, 30 * MIB, 6);
        }
        assertThat(a.storage.redundancy().redundantLu("plain").state()).isEqualTo(State.PRIMARY_BEHIND);
    }

    @Test
    void aNodeThatEndsAtAnyStepLeavesAMemberThatIsAwayOrNone() {
        boolean ended = true;
        for (int step = 0; ended; step++) {
            String name = "s" + step;
            Pool pool = pool(name, 2);
            TierName tier = TierName.of(name + "/gone/all");
            a.storage
                    .groups()
                    .apply(new CreateGroup(name, "gone", List.of(pv(name, 1)), AccessPolicy.OPEN), Progress.NONE);
            a.storage.groups().apply(new CreateTier(tier, List.of(pv(name, 1))), Progress.NONE);
            put(a, lu("plain" + step, tier.toString()), 0, 1);
            move(Path.of(pv(name, 1)), Path.of(pv(name, 1) + ".gone"));
            assertThat(a.storage.pvs().pvs(name).get(1).present()).isFalse();
            TestNode ending = node("n" + step, UUID.randomUUID());
            awaitAttached(ending, pool);
            ending.end.after(step);
            Lose change = new Lose(name, pv(name, 1), true);
            ended = ending.end.endsIn(() -> ending.storage.pvs().apply(change, Progress.NONE));
            ending.die();
            a.dead.add(ending.id);
            assertThat(a.storage.check(name).errors()).allMatch(error -> error.contains("cannot be reached"));
            // Whoever is left does the rest as soon as the PV's row tells; before that nothing was begun.
            boolean begun = a.database.read(transaction -> transaction.list(PvRow.class, "pool", pool.id())).stream()
                    .noneMatch(row -> row.position() == 1 && row.state() == Pv.State.ONLINE);
            if (!begun) {
                apply(change);
            }
            await().untilAsserted(() -> assertThat(a.storage.pvs().pvs(name))
                    .extracting(Pv::position)
                    .containsExactly(0));
            a.storage.deleteLu("plain" + step);
            assertThat(a.storage.check(name).errors()).isEmpty();
            assertThat(step + (ended ? 1 : 0)).as("steps").isPositive();
        }
    }

    @Test
    void whatComesBackIsTakenOnlyOnceItIsWiped() {
        put(a, lu("plain", LEFT.toString()), 0, 1);
        vanish();
        apply(lost(true));
        move(gone(), Path.of(pv("p", 1)));
        PvSpec back = new PvSpec(pv("p", 1), OptionalLong.empty());
        assertThat(assertFails(StorageError.PV_STALE, () -> apply(new Add("p", back, List.of(LEFT))))
                        .action())
                .contains("--wipe");
        assertThat(a.storage.pvs().pvs("p")).hasSize(2);
        apply(new Add("p", back, List.of(LEFT), true));
        assertThat(a.storage.pvs().pvs("p")).hasSize(3).allMatch(Pv::present);
        put(a, lu("new", LEFT.toString()), 0, 3);
        assertThat(a.storage.lu("plain").state()).isEqualTo("damaged");
        assertThat(a.storage.check("p").errors()).isEmpty();
    }
}
