package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.serai.cluster.core.member.ClusterNodeTest.failsWith;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.cluster.Fencing;
import org.serai.cluster.Fencing.Rung;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.liveness.NativeProgram;
import org.serai.database.Database;

/** What an operator can do with a node, by nodes that share no pool: only what is written in the database proves. */
class NodeFencingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path build;

    @TempDir
    Path directory;

    private Site site;
    private ClusterNode a;
    private ClusterNode b;
    private UUID idOfB;

    @BeforeAll
    static void compile() throws Exception {
        NativeProgram.compile(build);
    }

    @BeforeEach
    void twoNodes() {
        site = new Site(build.resolve("serai-watchdog"));
        a = site.node(directory.resolve("cec-a"), "cec-a");
        b = site.node(directory.resolve("cec-b"), "cec-b");
        a.create("vineyard", Optional.empty(), Map.of());
        b.join(a.joinToken());
        idOfB = b.self().id();
        await().atMost(PATIENCE)
                .until(() -> site.service(a, Membership.class).node(idOfB).isPresent());
        for (var node : List.of(a, b)) {
            await().atMost(PATIENCE).until(site.service(node, Fence.class)::isOpen);
        }
    }

    @AfterEach
    void stopAll() {
        site.stopAll();
    }

    private Fencing fencing() {
        return site.service(a, Fencing.class);
    }

    private Rung rung(DeathProof.Kind kind) {
        return fencing().explain(idOfB).stream()
                .filter(rung -> rung.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeOfWhichNothingIsProvenIsNotRemoved() {
        failsWith(ClusterError.NO_PROOF, () -> fencing().remove(idOfB, _ -> {}));
        failsWith(ClusterError.NO_PROOF, () -> fencing().fence(idOfB, _ -> {}));
        var incarnation = b.self().incarnation();
        assertThatThrownBy(() -> site.service(a, Liveness.class).prove(idOfB, incarnation, _ -> {}))
                .hasMessageContaining("node cec-b is dead");
        failsWith(ClusterError.ALIVE, () -> fencing().remove(a.self().id(), _ -> {}));
        assertThat(fencing().explain(idOfB))
                .noneMatch(Rung::held)
                .extracting(Rung::kind)
                .containsExactlyInAnyOrder(DeathProof.Kind.values());
    }

    @Test
    void aGoodbyeIsAProofToWhoeverSharesNoPool() {
        var owned = site.service(b, Ownership.class).acquire("lu:1", "guest I/O");
        b.stop();
        await().atMost(PATIENCE).until(() -> rung(DeathProof.Kind.GOODBYE).held());
        assertThat(fencing().remove(idOfB, _ -> {}).kind()).isEqualTo(DeathProof.Kind.GOODBYE);
        assertThat(site.service(a, Membership.class).node(idOfB)).isEmpty();
        var next = site.service(a, Ownership.class).acquire("lu:1", "guest I/O");
        assertThat(next.epoch()).isGreaterThan(owned.epoch() + 1);
        var events =
                site.service(a, Events.class).after(0, EventFilter.ALL, 100).events();
        assertThat(events)
                .extracting(Event::action)
                .contains(Event.Action.STOPPED, Event.Action.REMOVED)
                .doesNotContain(Event.Action.FAILED);
    }

    @Test
    void anOperatorsWordIsTakenOnlyWithTheNameTyped() {
        failsWith(ClusterError.NOT_CONFIRMED, () -> fencing().operatorWord(idOfB, ""));
        failsWith(ClusterError.NOT_CONFIRMED, () -> fencing().operatorWord(idOfB, "cec-a"));
        assertThat(rung(DeathProof.Kind.OPERATOR).held()).isFalse();
        assertThat(fencing().operatorWord(idOfB, "cec-b").kind()).isEqualTo(DeathProof.Kind.OPERATOR);
        assertThat(rung(DeathProof.Kind.OPERATOR).held()).isTrue();
    }

    @Test
    void aNodeThatIsHeldForDeadAndIsNotChangesNothingAnyMoreAndStopsServing() {
        fencing().operatorWord(idOfB, "cec-b");
        failsWith(ClusterError.FENCED, () -> site.service(b, Ownership.class).acquire("lu:1", "guest I/O"));
        await().atMost(PATIENCE).until(() -> !site.service(b, Fence.class).isOpen());
        assertThat(fencing().remove(idOfB, _ -> {}).kind()).isEqualTo(DeathProof.Kind.OPERATOR);
    }

    @Test
    void thatANodeServesNothingAlthoughItLivesIsAnAlert() {
        fencing().operatorWord(idOfB, "cec-b");
        var nodes = new EventFilter(
                Set.of(Event.Kind.ALERT), Set.of(Event.Subject.NODE), Set.of(), Optional.empty(), Optional.empty());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(site.service(a, Events.class)
                                .after(0, nodes, 10)
                                .events())
                        .extracting(Event::text)
                        .singleElement()
                        .asString()
                        .startsWith("node cec-b serves nothing: the others hold this node for dead"));
    }

    @Test
    void aGateThatOpensForTheFirstTimeIsNoAlertAndOneThatOpensAgainEndsIt() {
        List<String> told = new ArrayList<>();
        Events events = (Events) Proxy.newProxyInstance(
                Events.class.getClassLoader(), new Class<?>[] {Events.class}, (_, _, arguments) -> {
                    told.add(arguments[1] + " " + arguments[4]);
                    return null;
                });
        var alerts = new ServingAlerts(events, idOfB, "cec-b", () -> "its watchdog is gone");
        alerts.fence(true);
        assertThat(told).isEmpty();
        alerts.fence(false);
        alerts.fence(false);
        alerts.fence(true);
        alerts.fence(true);
        assertThat(told)
                .containsExactly(
                        "RAISED node cec-b serves nothing: its watchdog is gone", "CLEARED node cec-b serves again");
    }

    @Test
    void aNodeThatIsRemovedByMistakeStopsServingEvenIfItHeldNothing() {
        var fence = site.service(b, Fence.class);
        // As one sees it that did not reach the database while it was fenced and removed.
        site.service(a, Database.class).write(transaction -> {
            NodeReferences.deleteOwn(transaction, idOfB);
            transaction.delete(NodeRow.class, idOfB);
            return idOfB;
        });
        await().atMost(PATIENCE).until(() -> !fence.isOpen());
        assertThatThrownBy(fence::check).hasMessageContaining("removed");
    }
}
