package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.serai.cluster.core.member.ClusterNodeTest.failsWith;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Delegations;
import org.serai.cluster.Delegations.Delegation;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.liveness.NativeProgram;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.database.Database;

/** As long as a neighbour may write for a node, nobody gets what the node owned, whatever is proven. */
class DelegationsTest {
    @TempDir
    static Path build;

    @TempDir
    Path directory;

    private final UUID pool = UUID.randomUUID();
    private final UUID pv = UUID.randomUUID();
    private Site site;
    private ClusterNode a;
    private ClusterNode b;
    private ClusterNode c;

    @BeforeAll
    static void compile() throws Exception {
        NativeProgram.compile(build);
    }

    @BeforeEach
    void threeNodes() {
        site = new Site(build.resolve("serai-watchdog"));
        a = node("cec-a");
        b = node("cec-b");
        c = node("cec-c");
        a.create("vineyard", Optional.empty(), Map.of());
        b.join(a.joinToken());
        c.join(a.joinToken());
        for (var node : new ClusterNode[] {a, b, c}) {
            awaitOpen(node);
        }
    }

    private ClusterNode node(String name) {
        return site.node(directory.resolve(name), name);
    }

    private void awaitOpen(ClusterNode node) {
        await().atMost(Duration.ofSeconds(20)).until(site.service(node, Fence.class)::isOpen);
    }

    @AfterEach
    void stopAll() {
        site.stopAll();
    }

    private Ownership owns(ClusterNode node) {
        return site.service(node, Ownership.class);
    }

    /** As the database grants it, without waiting for anything. */
    private Ownership granted(ClusterNode node) {
        var self = node.self();
        return new DatabaseOwnership(
                site.service(node, Database.class),
                site.service(node, Fence.class),
                new Acting(self.id(), self.incarnation(), id -> nameOf(node, id)));
    }

    private String nameOf(ClusterNode asked, UUID id) {
        return asked.membership().flatMap(all -> all.node(id)).map(Node::name).orElseThrow();
    }

    /** What waits for the end of a delegation, and goes on when that comes. */
    private void goesOnOnce(Delegation ended, Callable<Long> granting) throws Exception {
        var granted = new CompletableFuture<Long>();
        var waiting = Thread.ofPlatform().start(() -> {
            try {
                granted.complete(granting.call());
            } catch (Exception e) {
                granted.completeExceptionally(e);
            }
        });
        await().until(() -> Arrays.stream(waiting.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitLastWrites")));
        of(b).end(ended.id());
        assertThat(granted.get(1, TimeUnit.MINUTES)).isEqualTo(2);
    }

    private Delegations of(ClusterNode node) {
        return site.service(node, Delegations.class);
    }

    private Delegation fromAToB() {
        return of(a).begin(b.self().id(), pool, pv);
    }

    private static DeathProof proofOf(ClusterNode node) {
        return new DeathProof(
                node.self().id(), node.self().incarnation(), DeathProof.Kind.SILENCE, 10_000, "it stood still");
    }

    @Test
    void nothingIsTakenOverBeforeItIsEnded() throws Exception {
        owns(a).acquire("lu:1", "guest I/O");
        var delegation = fromAToB();
        assertThat(of(c).find(delegation.id())).contains(delegation);
        assertThatThrownBy(() -> granted(c).takeOver("lu:1", "takeover", proofOf(a)))
                .hasMessageContainingAll("SERAI-CLUSTER-0006", "cec-b may still write", "cec-a had asked");
        goesOnOnce(
                delegation,
                () -> owns(c).takeOver("lu:1", "takeover", proofOf(a)).epoch());
        of(b).end(delegation.id());
    }

    @Test
    void whatANodeReleasesItselfIsFreeAndWhatItHoldsIsItsOwn() {
        var held = owns(a).acquire("lu:1", "guest I/O");
        fromAToB();
        owns(a).acquire("lu:2", "guest I/O");
        owns(a).release(held);
        assertThat(owns(c).acquire("lu:1", "other").epoch()).isEqualTo(2);
    }

    @Test
    void alsoANewStartOfTheNodeItselfWaits() throws Exception {
        owns(a).acquire("lu:1", "guest I/O");
        var delegation = fromAToB();
        a.stop();
        var again = node("cec-a");
        again.resume();
        await().atMost(Duration.ofSeconds(20)).until(() -> again.membership().isPresent());
        awaitOpen(again);
        failsWith(ClusterError.OWNED, () -> granted(again).acquire("lu:1", "guest I/O"));
        goesOnOnce(delegation, () -> owns(again).acquire("lu:1", "guest I/O").epoch());
    }

    @Test
    void aNewStartOfTheNeighbourEndsIt() {
        owns(a).acquire("lu:1", "guest I/O");
        fromAToB();
        b.stop();
        var again = node("cec-b");
        again.resume();
        await().atMost(Duration.ofSeconds(20)).until(() -> again.membership().isPresent());
        assertThat(of(again).all()).isEmpty();
        assertThat(owns(c).takeOver("lu:1", "takeover", proofOf(a)).epoch()).isEqualTo(2);
    }

    @Test
    void aNeighbourOfWhichIoOfOthersGoesDoesNotLeave() {
        fromAToB();
        assertThatThrownBy(b::leave).hasMessageContaining("I/O of another node goes through it");
    }

    @Test
    void itIsAnAlertAndItsEndToo() {
        var delegation = fromAToB();
        of(a).end(delegation.id());
        assertThat(site.service(a, Events.class).after(0, EventFilter.ALL, 1000).events())
                .filteredOn(event -> event.text().contains("through node cec-b"))
                .extracting(Event::action)
                .containsExactly(Event.Action.RAISED, Event.Action.CLEARED);
    }
}
