package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.serai.cluster.core.member.ClusterNodeTest.failsWith;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.liveness.NativeProgram;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;

class OwnershipTest {
    @TempDir
    static Path build;

    @TempDir
    Path directory;

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
        a = site.node(directory.resolve("cec-a"), "cec-a");
        b = site.node(directory.resolve("cec-b"), "cec-b");
        c = site.node(directory.resolve("cec-c"), "cec-c");
        a.create("vineyard", Optional.empty(), Map.of());
        b.join(a.joinToken());
        c.join(a.joinToken());
        for (var node : new ClusterNode[] {a, b, c}) {
            await().until(site.service(node, Fence.class)::isOpen);
        }
    }

    @AfterEach
    void stopAll() {
        site.stopAll();
    }

    private Ownership of(ClusterNode node) {
        return site.service(node, Ownership.class);
    }

    private DeathProof proofOf(ClusterNode node) {
        return new DeathProof(
                node.self().id(), node.self().incarnation(), DeathProof.Kind.SILENCE, 10_000, "it stood still");
    }

    private void require(ClusterNode node, Grant grant) {
        site.service(node, Database.class).write(transaction -> {
            of(node).require(transaction, grant);
            return 0;
        });
    }

    @Test
    void oneHolderAtATimeUnderARisingEpoch() {
        var first = of(a).acquire("lu:1", "guest I/O");
        assertThat(first.epoch()).isEqualTo(1);
        assertThatThrownBy(() -> of(b).acquire("lu:1", "other"))
                .hasMessageContainingAll("SERAI-CLUSTER-0006", "node cec-a holds it for guest I/O");
        failsWith(ClusterError.OWNED, () -> of(a).acquire("lu:1", "again"));
        of(a).release(first);
        assertThat(of(a).owner("lu:1").orElseThrow().holder()).isEmpty();
        assertThat(of(b).acquire("lu:1", "other").epoch()).isEqualTo(2);
    }

    @Test
    void aStaleGrantIsRefusedAndItsReleaseIgnored() {
        var first = of(a).acquire("lu:1", "guest I/O");
        require(a, first);
        var second = of(b).takeOver("lu:1", "takeover", proofOf(a));
        assertThat(second.epoch()).isEqualTo(2);
        failsWith(ClusterError.STALE_EPOCH, () -> require(a, first));
        of(a).release(first);
        require(b, second);
        assertThat(of(b).owners()).extracting(Ownership.Owner::object).contains("lu:1");
    }

    @Test
    void whatIsHeldIsRenewedWithoutLettingGo() {
        var first = of(a).acquire("lu:1", "guest I/O");
        var second = of(a).renew(first);
        assertThat(second.epoch()).isEqualTo(2);
        require(a, second);
        failsWith(ClusterError.STALE_EPOCH, () -> require(a, first));
        failsWith(ClusterError.STALE_EPOCH, () -> of(a).renew(first));
        failsWith(ClusterError.OWNED, () -> of(b).acquire("lu:1", "other"));
        assertThat(site.service(a, Fence.class).isOpen()).isTrue();
        of(b).takeOver("lu:1", "takeover", proofOf(a));
        failsWith(ClusterError.STALE_EPOCH, () -> of(a).renew(second));
    }

    @Test
    void aProofCountsForItsIncarnationOnly() {
        of(a).acquire("lu:1", "guest I/O");
        var other = new DeathProof(a.self().id(), UUID.randomUUID(), DeathProof.Kind.SILENCE, 1, "");
        failsWith(ClusterError.OWNED, () -> of(b).takeOver("lu:1", "takeover", other));
        failsWith(ClusterError.OWNED, () -> of(b).takeOver("lu:1", "takeover", proofOf(c)));
    }

    @Test
    void aNodeThatLivesThoughItWasTakenForDeadStopsServing() {
        of(a).acquire("lu:1", "guest I/O");
        of(a).release(of(a).acquire("lu:2", "guest I/O"));
        of(b).acquire("lu:2", "something else");
        assertThat(site.service(a, Fence.class).isOpen()).isTrue();
        of(b).takeOver("lu:1", "takeover", proofOf(a));
        await().until(() -> !site.service(a, Fence.class).isOpen());
        failsWith(ClusterError.FENCED, () -> of(a).acquire("lu:3", "late"));
    }

    @Test
    void aNodeThatStopsInOrderSaysGoodbyeAndItsThingsCanBeTakenAtOnce() {
        var pool = new MemoryArea();
        var watching = site.service(b, Liveness.class);
        site.service(a, Liveness.class).attach(pool);
        watching.attach(pool);
        of(a).acquire("lu:1", "guest I/O");
        var id = a.self().id();
        var incarnation = a.self().incarnation();
        await().until(() -> watching.seen(id).state() == Liveness.State.ALIVE);
        failsWith(ClusterError.ALIVE, () -> watching.prove(id, incarnation, sentence -> {}));
        a.stop();
        await().until(() -> watching.seen(id).state() == Liveness.State.STOPPED);
        var proof = watching.prove(id, incarnation, sentence -> {});
        assertThat(proof.kind()).isEqualTo(DeathProof.Kind.GOODBYE);
        assertThat(of(b).takeOver("lu:1", "takeover", proof).epoch()).isEqualTo(2);
    }

    @Test
    void ofTwoTakersExactlyOneWins() throws Exception {
        for (var round = 0; round < 10; round++) {
            of(a).acquire("lu:" + round, "guest I/O");
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < 10; round++) {
                var object = "lu:" + round;
                var tasks = new ArrayList<Callable<Optional<Grant>>>();
                for (var taker : new ClusterNode[] {b, c, b, c}) {
                    tasks.add(() -> {
                        try {
                            return Optional.of(of(taker).takeOver(object, "takeover", proofOf(a)));
                        } catch (SeraiException lost) {
                            assertThat(lost.code()).isEqualTo(ClusterError.OWNED);
                            return Optional.empty();
                        }
                    });
                }
                var won = 0;
                for (var result : threads.invokeAll(tasks)) {
                    won += result.get().isPresent() ? 1 : 0;
                }
                assertThat(won).isEqualTo(1);
            }
        }
    }

    @Test
    void aNewIncarnationTakesWhatItsEarlierOneHeldAndTheEarlierOneChangesNothingMore() {
        var staleOwnership = of(b);
        var staleJournal = site.service(b, Journal.class);
        // Another process of the same instance registers while the first is still in memory.
        var database = site.service(a, Database.class);
        var held = of(b).acquire("lu:1", "guest I/O");
        database.write(transaction -> {
            var row = transaction.get(NodeRow.class, b.self().id()).orElseThrow();
            return transaction.update(new NodeRow(
                    row.id(),
                    row.name(),
                    row.slot(),
                    UUID.randomUUID(),
                    row.instance(),
                    row.cecSerial(),
                    row.cecType(),
                    row.cecModel(),
                    row.cecSource(),
                    row.portal(),
                    row.transportAddress()));
        });
        failsWith(ClusterError.FENCED, () -> staleOwnership.acquire("lu:2", "late"));
        failsWith(ClusterError.FENCED, () -> staleJournal.begin("hibernate", "lpar:1", "{}"));
        b.stop();
        var again = site.node(directory.resolve("cec-b"), "cec-b");
        again.resume();
        await().until(() -> again.membership().isPresent()
                && site.service(again, Fence.class).isOpen());
        assertThat(of(again).acquire("lu:1", "once more").epoch()).isEqualTo(held.epoch() + 1);
    }

    @Test
    void theJournalIsGoneOnWithByOneOnly() {
        var journal = site.service(a, Journal.class);
        var begun = journal.begin("hibernate", "lpar:1", "{}");
        var stepped = journal.step(begun, "capture", "{\"lu\":1}");
        failsWith(ClusterError.STALE_EPOCH, () -> journal.step(begun, "capture", "{}"));
        var other = site.service(b, Journal.class);
        assertThat(other.open("hibernate")).containsExactly(stepped);
        var taken = other.step(stepped, "undo", "{}");
        assertThat(taken.node()).isEqualTo(b.self().id());
        failsWith(ClusterError.STALE_EPOCH, () -> journal.end(stepped, Journal.State.DONE, ""));
        var undone = other.end(taken, Journal.State.UNDONE, "{}");
        assertThat(other.open("hibernate")).isEmpty();
        failsWith(ClusterError.STALE_EPOCH, () -> other.step(taken, "more", "{}"));
        var next = other.begin("resume", "lpar:1", "{}");
        assertThat(journal.of("lpar:1")).containsExactly(next, undone);
    }

    @Test
    void clientsHaveNamesAndIdsThatAreGivenOnce() {
        var clients = site.service(a, Clients.class);
        var first = clients.create("acme");
        failsWith(ClusterError.CLIENT_CONFLICT, () -> clients.create("acme"));
        failsWith(ClusterError.BAD_NAME, () -> clients.create("../acme"));
        clients.delete("acme");
        failsWith(ClusterError.NO_SUCH_CLIENT, () -> clients.delete("acme"));
        var second = clients.create("acme");
        assertThat(second.id()).isGreaterThan(first.id());
        assertThat(clients.all()).extracting(Client::name).containsExactly("acme");
        assertThat(clients.client(second.id())).contains(second);
    }

    /** Commits are made, and nobody is told. */
    private static Database untold(Database database) {
        return (Database) Proxy.newProxyInstance(
                OwnershipTest.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    var made = method.invoke(database, arguments);
                    if (method.getName().equals("write")) {
                        throw DatabaseError.UNREACHABLE.error("It is not known", "the answer was lost", "look");
                    }
                    return made;
                });
    }

    private DatabaseOwnership ownership(Database database) {
        var self = a.self();
        return new DatabaseOwnership(
                database, site.service(a, Fence.class), new Acting(self.id(), self.incarnation(), UUID::toString));
    }

    @Test
    void whatWasGrantedWithoutBeingToldIsGivenBackOrTakenAgain() {
        var told = new AtomicReference<>(untold(site.service(a, Database.class)));
        var ownership = ownership((Database) Proxy.newProxyInstance(
                OwnershipTest.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    try {
                        return method.invoke(told.get(), arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
        assertThatThrownBy(() -> ownership.acquire("lu:1", "guest I/O")).hasMessageContaining("It is not known");
        assertThatThrownBy(() -> ownership.acquire("lu:2", "guest I/O")).hasMessageContaining("It is not known");
        failsWith(ClusterError.OWNED, () -> of(b).acquire("lu:1", "other"));
        told.set(site.service(a, Database.class));
        var again = ownership.acquire("lu:2", "guest I/O");
        assertThat(again.epoch()).isEqualTo(2);
        ownership.giveBackForgotten();
        assertThat(of(b).acquire("lu:1", "other").epoch()).isEqualTo(2);
        failsWith(ClusterError.OWNED, () -> of(b).acquire("lu:2", "other"));
        told.set(untold(site.service(a, Database.class)));
        assertThatThrownBy(() -> ownership.release(again)).hasMessageContaining("It is not known");
        ownership.giveBackForgotten();
        assertThat(of(b).acquire("lu:2", "other").epoch()).isEqualTo(3);
    }

    @Test
    void aNodeEndsWhenAnotherOneWasGrantedWhatItHoldsByADatabaseThatHadGoneBack() throws Exception {
        c.stop();
        b.stop();
        var database = site.service(a, Database.class);
        database.catchUp(Long.MAX_VALUE);
        var kept = database.revision();
        var lost = of(a).acquire("lu:1", "serve");
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("cec-a/database/vios.db"));
                var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("DELETE FROM ownership WHERE object = '" + lost.object() + "'");
            statement.execute("DELETE FROM change_log WHERE revision > " + kept);
            statement.execute("UPDATE counter SET value = " + kept + " WHERE name = 'revision'");
            statement.execute("COMMIT");
        }
        await().until(() -> !database.status().reachable());
        assertThat(site.service(a, Fence.class).isOpen()).isTrue();

        var again = site.node(directory.resolve("cec-c"), "cec-c");
        again.resume();
        await().until(() -> again.membership().isPresent());
        await().until(site.service(again, Fence.class)::isOpen);
        assertThat(site.service(a, Fence.class).isOpen()).isTrue();
        assertThat(of(again).acquire("lu:1", "serve").epoch()).isEqualTo(lost.epoch());
        await().until(() -> !site.service(a, Fence.class).isOpen());
    }
}
