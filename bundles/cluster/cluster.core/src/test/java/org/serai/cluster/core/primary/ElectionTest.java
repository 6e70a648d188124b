package org.serai.cluster.core.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.HostId;
import org.serai.cluster.Liveness;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.event.NodeStatusRow;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.cluster.spi.LeaseArea;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.jdbc.JdbcEngine;

/** Nodes on one database, each with a local view of its own, on one thread. */
class ElectionTest {
    private static final int PATIENCE = 3;

    @TempDir
    Path directory;

    private final Map<UUID, Liveness.Seen> seen = new HashMap<>();
    private final Map<UUID, DeathProof.Kind> dead = new HashMap<>();
    private final List<Member> members = new ArrayList<>();
    private Member a;
    private Member b;
    private Member c;

    @Table("event")
    record Told(long number, String action, String name, String text) {}

    private final class Member implements Fence, Liveness, AutoCloseable {
        final UUID id;
        final UUID incarnation = UUID.randomUUID();
        final Database database = JdbcEngine.embedded().open("embedded:" + directory.resolve("db"), Map.of());
        final DatabaseOwnership ownership;
        final Election election;
        final NodeWatch watch;
        final Map<UUID, String> failing = new HashMap<>();
        boolean open = true;
        boolean reachesDatabase = true;

        Member(int number) {
            id = new UUID(0, number);
            var log = new EventLog(id, EventLog.KEPT);
            database.alongside(log);
            database.write(tx -> tx.insert(new NodeRow(
                    id,
                    "cec-" + number,
                    number,
                    incarnation,
                    "i" + number,
                    "1",
                    "S",
                    "V",
                    HostId.Source.CONFIGURED,
                    "",
                    "")));
            seen.put(id, new Seen(State.ALIVE, 0));
            ownership = new DatabaseOwnership(database, this, new Acting(id, incarnation, UUID::toString));
            Election.Proofs proofs = (node, of) -> Optional.ofNullable(dead.get(node))
                    .map(kind -> new DeathProof(node, of, kind, 0, "the test says so"));
            election = new Election(
                    ownership,
                    this,
                    id,
                    incarnation,
                    proofs,
                    (tx, grant) -> log.elected(tx, new UUID(0, 0), "vineyard", "cec-" + number),
                    List::of,
                    () -> reachesDatabase,
                    node -> seen.get(node).state() == State.ALIVE
                            && seen.get(node).databaseLost());
            watch = new NodeWatch(database, id, election, this, proofs, () -> failing, PATIENCE);
        }

        void tick() {
            database.catchUp(Long.MAX_VALUE);
            election.tick();
            watch.tick();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void check() {
            assertThat(open).isTrue();
        }

        @Override
        public List<String> guarded() {
            return List.of();
        }

        @Override
        public Registration onChange(Listener listener) {
            return () -> {};
        }

        @Override
        public void attach(LeaseArea area) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void detach(LeaseArea area) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Seen seen(UUID node) {
            return seen.get(node);
        }

        @Override
        public DeathProof prove(UUID node, UUID of, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            database.close();
        }
    }

    @BeforeEach
    void threeNodes() {
        a = new Member(1);
        b = new Member(2);
        c = new Member(3);
        members.addAll(List.of(a, b, c));
        members.forEach(Member::tick);
    }

    @AfterEach
    void close() {
        members.forEach(Member::close);
    }

    private void die(Member member, DeathProof.Kind kind) {
        members.remove(member);
        member.close();
        seen.put(member.id, new Liveness.Seen(Liveness.State.DEAD, 10_000));
        dead.put(member.id, kind);
    }

    private List<String> told() {
        return members.getLast().database.read(tx -> tx.after(Told.class, 0, 100)).stream()
                .map(told -> told.action() + " " + told.name())
                .toList();
    }

    private long primaries() {
        return members.stream().filter(member -> member.election.isSelf()).count();
    }

    @Test
    void oneIsElectedAndAllKnowIt() {
        members.forEach(Member::tick);
        assertThat(primaries()).isEqualTo(1);
        assertThat(members)
                .allSatisfy(member -> assertThat(member.election.node()).contains(a.id));
        assertThat(a.election.epoch()).isEqualTo(1);
        assertThat(told()).contains("primary vineyard");
    }

    @Test
    void anotherOneIsElectedOnceThePrimaryIsProvenDeadAndNotBefore() {
        members.remove(a);
        seen.put(a.id, new Liveness.Seen(Liveness.State.SUSPECT, 3_000));
        members.forEach(Member::tick);
        assertThat(primaries()).isZero();
        a.close();
        dead.put(a.id, DeathProof.Kind.SILENCE);
        seen.put(a.id, new Liveness.Seen(Liveness.State.DEAD, 10_000));
        members.forEach(Member::tick);
        assertThat(b.election.isSelf()).isTrue();
        members.forEach(Member::tick);
        assertThat(primaries()).isEqualTo(1);
        assertThat(b.election.epoch()).isEqualTo(2);
        assertThat(told()).containsOnlyOnce("failed cec-1");
    }

    @Test
    void thePrimaryThatStepsDownIsFollowedAtOnce() {
        a.election.stepDown();
        members.forEach(Member::tick);
        assertThat(b.election.isSelf()).isTrue();
        assertThat(a.election.isSelf()).isFalse();
        b.election.stepDown();
        a.election.standAgain();
        a.tick();
        assertThat(a.election.isSelf()).isTrue();
        assertThat(a.election.epoch()).isEqualTo(3);
    }

    @Test
    void aNodeWhoseGateIsClosedIsNotThePrimary() {
        a.open = false;
        assertThat(a.election.isSelf()).isFalse();
        a.tick();
        assertThat(a.election.isSelf()).isFalse();
        a.open = true;
        assertThat(a.election.isSelf()).isTrue();
    }

    @Test
    void aNodeThatDoesNotReachTheDatabaseIsNotThePrimaryUntilItDoes() {
        a.reachesDatabase = false;
        assertThat(a.election.isSelf()).isFalse();
        a.reachesDatabase = true;
        a.tick();
        assertThat(a.election.isSelf()).isTrue();
        assertThat(a.election.epoch()).isEqualTo(1);
    }

    /** What heartbeats of a node say from now on, as long as it lives. */
    private void says(Member member, boolean databaseLost) {
        seen.put(member.id, new Liveness.Seen(Liveness.State.ALIVE, 0, databaseLost));
    }

    private void tickAll(int times) {
        for (int tick = 0; tick < times; tick++) {
            members.forEach(Member::tick);
            assertThat(primaries()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aPrimaryThatIsWithoutTheDatabaseForLongIsFollowedAlthoughItLivesAndOnlyWhenItHasForgone() {
        a.reachesDatabase = false;
        for (int tick = 0; tick < 3; tick++) {
            assertThat(a.election.isHolding()).isTrue();
            tickAll(1);
        }
        assertThat(a.election.isHolding()).isFalse();
        says(a, true);
        tickAll(6);
        assertThat(b.election.isSelf()).isFalse();
        assertThat(c.election.isSelf()).isFalse();
        tickAll(1);
        assertThat(b.election.isSelf()).isTrue();
        assertThat(b.election.epoch()).isEqualTo(2);

        a.reachesDatabase = true;
        says(a, false);
        tickAll(3);
        assertThat(a.election.isSelf()).isFalse();
        assertThat(a.election.node()).contains(b.id);
        assertThat(a.ownership.overtaken()).isEmpty();
    }

    @Test
    void aPrimaryThatHasForgoneAndReachesTheDatabaseFirstIsElectedAnewAndNotSucceeded() {
        a.reachesDatabase = false;
        tickAll(3);
        says(a, true);
        tickAll(6);
        a.reachesDatabase = true;
        a.tick();
        // What b still sees is older.
        tickAll(5);
        assertThat(a.election.isSelf()).isTrue();
        assertThat(a.election.epoch()).isEqualTo(2);
    }

    @Test
    void whoHasForgoneGivesBackWhatTheDatabaseStillCallsItsOwn() {
        a.reachesDatabase = false;
        tickAll(3);
        a.election.stepDown();
        a.ownership.giveBackForgotten();
        a.database.catchUp(Long.MAX_VALUE);
        assertThat(a.election.node()).isEmpty();
    }

    @Test
    void heartbeatsThatTellOfALostDatabaseNowAndThenAreNoReasonForAnElection() {
        for (int time = 0; time < 4; time++) {
            says(a, true);
            tickAll(5);
            says(a, false);
            tickAll(1);
        }
        assertThat(a.election.isSelf()).isTrue();
        assertThat(a.election.epoch()).isEqualTo(1);
    }

    @Test
    void aGoodbyeIsAStopAndEverythingElseAFailure() {
        die(b, DeathProof.Kind.GOODBYE);
        die(c, DeathProof.Kind.POWER_FENCED);
        members.forEach(Member::tick);
        assertThat(told()).contains("stopped cec-2", "failed cec-3");
    }

    @Test
    void theOthersTellOfAFailureThatThePrimaryCannotWrite() {
        // The primary lives, and does nothing: it has lost the database.
        members.remove(a);
        die(c, DeathProof.Kind.SILENCE);
        for (int tick = 0; tick <= PATIENCE; tick++) {
            assertThat(told()).doesNotContain("failed cec-3");
            b.tick();
        }
        assertThat(told()).containsOnlyOnce("failed cec-3");
        assertThat(b.election.isSelf()).isFalse();
        a.close();
    }

    @Test
    void theLossOfTheDatabaseIsToldByOthersAndItsReturnByTheNodeItself() {
        seen.put(b.id, new Liveness.Seen(Liveness.State.ALIVE, 0, true));
        for (int tick = 0; tick < PATIENCE; tick++) {
            assertThat(told()).doesNotContain("database_lost cec-2");
            a.tick();
        }
        assertThat(told()).containsOnlyOnce("database_lost cec-2");
        b.tick();
        // What a sees is older than that: the heartbeat with which b tells of its return comes only now.
        a.tick();
        a.tick();
        seen.put(b.id, new Liveness.Seen(Liveness.State.ALIVE, 0));
        a.tick();
        assertThat(told())
                .containsOnlyOnce("database_back cec-2")
                .containsOnlyOnce("database_lost cec-2")
                .doesNotContain("failed cec-2");
    }

    @Test
    void theLossOfStorageIsToldByTheNodeAndNamedWhenItFailsOfIt() {
        b.failing.put(new UUID(2, 2), "the path is lost");
        b.tick();
        b.tick();
        assertThat(told()).containsOnlyOnce("storage_lost cec-2");
        die(b, DeathProof.Kind.SILENCE);
        a.tick();
        assertThat(a.database.read(tx -> tx.after(Told.class, 0, 100)).getLast().text())
                .contains("it had lost its storage", "the path is lost", "SILENCE");
    }

    @Test
    void whatANodeIsAfterANewStartIsNotTouchedByProofsOfTheEarlierOne() {
        dead.put(b.id, DeathProof.Kind.NEWER_INCARNATION);
        seen.put(b.id, new Liveness.Seen(Liveness.State.UNKNOWN, 0));
        a.tick();
        assertThat(a.database.view(NodeStatusRow.class).get(b.id).orElseThrow().state())
                .isEqualTo(NodeStatusRow.State.UP);
    }
}
