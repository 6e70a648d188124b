package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.Membership;
import org.serai.cluster.Membership.Address;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.liveness.NativeProgram;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.ffdc.SeraiException;

class ClusterNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path build;

    @TempDir
    Path directory;

    private Site site;

    @BeforeAll
    static void compile() throws Exception {
        NativeProgram.compile(build);
    }

    @BeforeEach
    void makeSite() {
        site = new Site(build.resolve("serai-watchdog"));
    }

    @AfterEach
    void stopAll() {
        site.stopAll();
    }

    private ClusterNode node(String name) {
        return site.node(directory.resolve(name), name);
    }

    private static Membership create(Cluster node) {
        return node.create("vineyard", Optional.empty(), Map.of());
    }

    private void awaitServing(ClusterNode node) {
        await().atMost(PATIENCE).until(site.service(node, Fence.class)::isOpen);
    }

    static void failsWith(ClusterError code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    @Test
    void aFreshNodeBelongsToNoCluster() {
        var node = node("cec-a");
        node.resume();
        assertThat(node.membership()).isEmpty();
        assertThat(node.state()).startsWith("alone: ");
        assertThat(site.offersNothing(node)).isTrue();
        failsWith(ClusterError.NOT_A_MEMBER, node::joinToken);
        failsWith(ClusterError.NOT_A_MEMBER, node::leave);
    }

    @Test
    void twoNodesFormAClusterWithSlotsOfTheirOwn() {
        var a = node("cec-a");
        var b = node("cec-b");
        var first = create(a);
        var second = b.join(a.joinToken());
        assertThat(second.cluster()).isEqualTo(first.cluster());
        assertThat(second.secret()).isEqualTo(first.secret()).hasSize(32);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(first.nodes()).extracting(Node::name).containsExactly("cec-a", "cec-b"));
        assertThat(second.nodes()).extracting(Node::slot).containsExactly(0, 1);
        assertThat(second.node("cec-a").id()).isEqualTo(a.self().id());
        failsWith(ClusterError.NO_SUCH_NODE, () -> second.node("cec-z"));
        failsWith(ClusterError.ALREADY_A_MEMBER, () -> create(a));
        assertThat(a.state()).startsWith("member: ");
    }

    @Test
    void anAnnouncedAddressReachesTheOthers() {
        var a = node("cec-a");
        create(a).announce(Address.PORTAL, "127.0.0.1:3260");
        var seen = node("cec-b").join(a.joinToken());
        assertThat(seen.node("cec-a").portal()).isEqualTo("127.0.0.1:3260");
        assertThat(seen.node("cec-a").transportAddress()).isEmpty();
    }

    @Test
    void aRestartKeepsWhoTheNodeIsAndHasANewIncarnation() {
        var before = node("cec-a");
        var cluster = create(before).cluster();
        var incarnation = before.self().incarnation();
        before.stop();
        assertThat(site.offersNothing(before)).isTrue();
        var after = node("cec-a");
        after.resume();
        await().atMost(PATIENCE).until(() -> after.membership().isPresent());
        assertThat(after.self().id()).isEqualTo(before.self().id());
        assertThat(after.membership().orElseThrow().cluster()).isEqualTo(cluster);
        assertThat(after.membership().orElseThrow().self().incarnation())
                .isEqualTo(after.self().incarnation())
                .isNotEqualTo(incarnation);
    }

    @Test
    void aNodeWaitsForItsDatabaseAndSaysSo() throws IOException {
        var before = node("cec-a");
        create(before);
        before.stop();
        var database = directory.resolve("cec-a").resolve("database");
        Files.move(database, directory.resolve("away"));
        var after = node("cec-a");
        after.resume();
        await().atMost(PATIENCE).until(() -> after.state().contains("SERAI-"));
        assertThat(after.state()).startsWith("starting: ");
        putBack(directory.resolve("away"), database);
        await().atMost(PATIENCE).until(() -> after.membership().isPresent());
    }

    @Test
    void aNodeThatStartsDoesNotTakeAnEarlierStateOfItsDatabaseForItsOwn() throws IOException {
        var before = node("cec-a");
        create(before);
        before.stop();
        var database = directory.resolve("cec-a").resolve("database");
        var earlier = directory.resolve("earlier");
        copyAll(database, earlier);
        var between = node("cec-a");
        between.resume();
        await().atMost(PATIENCE).until(() -> between.membership().isPresent());
        between.stop();
        Files.move(database, directory.resolve("away"));
        Files.move(earlier, database);
        var after = node("cec-a");
        after.resume();
        await().atMost(PATIENCE).until(() -> after.state().contains("has gone back to an earlier state"));
        assertThat(after.state()).startsWith("starting: ").contains("cluster:restore");
        assertThat(site.offersNothing(after)).isTrue();
        putBack(directory.resolve("away"), database);
        await().atMost(PATIENCE).until(() -> after.membership().isPresent());
    }

    /** The node that wants it may be making another one there just now. */
    private static void putBack(Path away, Path database) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            deleteAll(database);
            Files.move(away, database);
            return true;
        });
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aCopiedInstanceIsRefused() throws IOException {
        var original = node("cec-a");
        create(original);
        var token = original.joinToken();
        var copy = directory.resolve("copy").resolve("identity");
        Files.createDirectories(copy);
        Files.copy(directory.resolve("cec-a/identity/node.json"), copy.resolve("node.json"));
        var impostor = site.node(directory.resolve("copy"), "cec-c");
        failsWith(ClusterError.DUPLICATE_NODE, () -> impostor.join(token));
        Files.copy(directory.resolve("cec-a/identity/cluster.json"), copy.resolve("cluster.json"));
        impostor.resume();
        await().atMost(PATIENCE).until(() -> impostor.state().startsWith("refused: SERAI-CLUSTER-0004"));
        assertThat(site.offersNothing(impostor)).isTrue();
    }

    @Test
    void aNameIsGivenOnce() {
        var a = node("cec-a");
        create(a);
        var second = site.node(directory.resolve("other"), "cec-a");
        failsWith(ClusterError.DUPLICATE_NODE, () -> second.join(a.joinToken()));
        assertThat(second.state()).startsWith("alone: ");
        assertThat(directory.resolve("other/identity/cluster.json")).doesNotExist();
    }

    @Test
    void badTokensAndNamesAreRefused() {
        var a = node("cec-a");
        create(a);
        var token = a.joinToken();
        var b = node("cec-b");
        failsWith(ClusterError.BAD_TOKEN, () -> b.join("nonsense"));
        failsWith(ClusterError.BAD_TOKEN, () -> b.join(token.substring(0, token.length() / 2)));
        failsWith(ClusterError.BAD_TOKEN, () -> b.join("bnVsbA"));
        failsWith(ClusterError.BAD_NAME, () -> b.create("no name", Optional.empty(), Map.of()));
        failsWith(ClusterError.NO_ENGINE, () -> b.create("x", Optional.of("jdbc:oracle:x"), Map.of()));
        assertThat(b.membership()).isEmpty();
        assertThat(b.join(token).nodes()).hasSize(2);
    }

    @Test
    void aTokenOfAnotherClusterIsRefused() {
        var a = node("cec-a");
        create(a);
        var row = new ClusterRow(UUID.randomUUID(), "other", 1000, 8000, 2000, "c2VjcmV0");
        var url = "embedded:" + directory.resolve("cec-a").resolve("database");
        var forged = JoinToken.of(new Enrolment(row.id(), url, Map.of()), row).text();
        failsWith(ClusterError.BAD_TOKEN, () -> node("cec-b").join(forged));
    }

    @Test
    void aDatabaseHoldsOneCluster() {
        var a = node("cec-a");
        create(a);
        var url = "embedded:" + directory.resolve("cec-a").resolve("database");
        failsWith(ClusterError.WRONG_CLUSTER, () -> node("cec-b").create("second", Optional.of(url), Map.of()));
    }

    @Test
    void aRegistrationThatDiedBeforeItWasNotedIsDoneAgain() throws IOException {
        var before = node("cec-a");
        var cluster = create(before).cluster();
        before.stop();
        Files.delete(directory.resolve("cec-a/identity/cluster.json"));
        var after = node("cec-a");
        assertThat(create(after).cluster()).isEqualTo(cluster);
        var token = after.joinToken();
        node("cec-b").join(token);
        site.stopAll();
        Files.delete(directory.resolve("cec-b/identity/cluster.json"));
        var again = node("cec-b").join(token);
        assertThat(again.nodes()).extracting(Node::slot).containsExactly(0, 1);
    }

    @Test
    void aNodeLeavesOnlyWithEmptyHandsAndItsSlotIsFreeThen() {
        var a = node("cec-a");
        create(a);
        var b = node("cec-b");
        b.join(a.joinToken());
        awaitServing(b);
        var ownership = site.service(b, Ownership.class);
        var grant = ownership.acquire("lu:1", "a test");
        failsWith(ClusterError.STILL_HOLDS, b::leave);
        assertThat(b.membership()).isPresent();
        ownership.release(grant);
        b.leave();
        assertThat(b.membership()).isEmpty();
        assertThat(site.offersNothing(b)).isTrue();
        assertThat(directory.resolve("cec-b/identity/cluster.json")).doesNotExist();
        var c = node("cec-c");
        assertThat(c.join(a.joinToken()).self().slot()).isEqualTo(1);
        assertThat(b.join(a.joinToken()).self().slot()).isEqualTo(2);
    }

    @Test
    void withItsLastNodeAClusterEndsAndItsDatabaseTakesAnother() {
        var a = node("cec-a");
        create(a);
        awaitServing(a);
        var token = a.joinToken();
        site.service(a, Clients.class).create("acme");
        var pool = new Dissolution.Pool(new UUID(3, 3), "pool1");
        site.service(a, Database.class).write(transaction -> {
            transaction.insert(new PoolRow(pool.id(), pool.name(), "extent", 1 << 20, "online"));
            return 0;
        });
        failsWith(ClusterError.STILL_HOLDS, a::leave);
        site.service(a, Database.class).write(transaction -> {
            transaction.delete(Dissolution.Pool.class, pool.id());
            return 0;
        });
        a.leave();
        var url = "embedded:" + directory.resolve("cec-a").resolve("database");
        var b = node("cec-b");
        failsWith(ClusterError.BAD_TOKEN, () -> b.join(token));
        var second = b.create("orchard", Optional.of(url), Map.of());
        assertThat(second.cluster().name()).isEqualTo("orchard");
        assertThat(site.service(b, Clients.class).all()).isEmpty();
    }

    @Table("pool")
    record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    @Test
    void aRemovedNodeIsToldSoAtItsNextStart() {
        var a = node("cec-a");
        create(a);
        var token = a.joinToken();
        var b = node("cec-b");
        b.join(token);
        b.stop();
        site.service(a, Database.class).write(transaction -> {
            transaction.delete(NodeRow.class, b.self().id());
            return 0;
        });
        var again = node("cec-b");
        again.resume();
        await().atMost(PATIENCE).until(() -> again.state().startsWith("refused: SERAI-CLUSTER-0001"));
        assertThat(again.join(token).nodes()).hasSize(2);
    }

    @Test
    void secretsAreForTheOwnerAlone() throws IOException {
        var a = node("cec-a");
        create(a);
        var file = directory.resolve("cec-a/identity/cluster.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void withoutAWatchdogTheNodeIsAMemberAndOwnsNothing() {
        var bare = new Site(build.resolve("missing"));
        var a = bare.node(directory.resolve("cec-a"), "cec-a");
        assertThat(create(a).nodes()).hasSize(1);
        failsWith(ClusterError.FENCED, () -> bare.service(a, Ownership.class).acquire("lu:1", "a test"));
        bare.stopAll();
    }

    @Test
    void aNodeThatCannotRunTheClustersBundlesIsNotRegistered() {
        var a = node("cec-a");
        create(a);
        var token = a.joinToken();
        var b = node("cec-b");
        site.fetching = (name, _) -> {
            throw ClusterError.BUNDLE_REFUSED.error("It is not started", "as the test wants it", "nothing");
        };
        failsWith(ClusterError.BUNDLE_REFUSED, () -> b.join(token));
        assertThat(a.membership().orElseThrow().nodes()).extracting(Node::name).containsExactly("cec-a");
        assertThat(b.membership()).isEmpty();

        a.stop();
        var again = node("cec-a");
        again.resume();
        await().atMost(PATIENCE).until(() -> again.membership().isPresent());
        site.fetching = (_, _) -> {};
        b.join(again.joinToken());
        await().atMost(PATIENCE)
                .until(() -> again.membership().orElseThrow().nodes().size() == 2);
    }
}
