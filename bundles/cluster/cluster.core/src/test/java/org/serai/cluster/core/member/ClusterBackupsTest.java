package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.serai.cluster.core.member.ClusterNodeTest.failsWith;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Backups;
import org.serai.cluster.Backups.Target;
import org.serai.cluster.Clients;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.backup.ClusterBackups;
import org.serai.cluster.core.liveness.NativeProgram;
import org.serai.cluster.spi.BackupFinder;
import org.serai.cluster.spi.BackupKeeper;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Database;

class ClusterBackupsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Target OWN = new Target(Optional.empty(), Map.of());
    private static final Consumer<String> QUIET = _ -> {};

    @TempDir
    static Path build;

    @TempDir
    Path directory;

    private Site site;
    private final MemoryArea area = new MemoryArea();
    private final AtomicLong now = new AtomicLong();
    private Runnable whileWaiting = () -> {};

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

    /** Waits in no time: what happens meanwhile is {@link #whileWaiting}. */
    private ClusterBackups backups(ClusterNode node) {
        ClusterBackups backups =
                new ClusterBackups(node, new ClusterBackups.Clock(InstantSource.system(), now::get, millis -> {
                    now.addAndGet(millis * 1_000_000);
                    whileWaiting.run();
                }));
        backups.add((_, _) -> new RestoreWitness.Testimony() {
            @Override
            public List<LeaseArea> leaseAreas() {
                return List.of(area);
            }

            @Override
            public Map<String, Long> epochs() {
                return Map.of("lu:1", 900L, "lu:2", 3L, "lu:new", 7L);
            }
        });
        return backups;
    }

    private Path file() {
        return directory.resolve("backup");
    }

    /** A node of a cluster that holds two locks, has a client and an operation under way, and has written a backup. */
    private ClusterNode backedUp() {
        ClusterNode node = node("cec-a");
        node.create("vineyard", Optional.empty(), Map.of());
        await().atMost(PATIENCE).until(site.service(node, Fence.class)::isOpen);
        site.service(node, Liveness.class).attach(area);
        Ownership ownership = site.service(node, Ownership.class);
        ownership.acquire("lu:1", "a test");
        ownership.acquire("lu:2", "a test");
        site.service(node, Journal.class).begin("hibernate", "lpar:1", "{}");
        site.service(node, Clients.class).create("acme");
        backups(node).write(file());
        return node;
    }

    private void lose(ClusterNode node) throws IOException {
        node.stop();
        try (var files = Files.walk(directory.resolve("cec-a").resolve("database"))) {
            for (Path lost : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(lost);
            }
        }
    }

    private ClusterNode restarted(ClusterNode node) throws IOException {
        lose(node);
        ClusterNode again = node("cec-a");
        again.resume();
        await().atMost(PATIENCE).until(() -> again.state().contains("does not hold"));
        return again;
    }

    private void awaitMember(ClusterNode node) {
        await().atMost(PATIENCE).until(() -> node.membership().isPresent());
        await().atMost(PATIENCE).until(site.service(node, Fence.class)::isOpen);
    }

    @Test
    void aBackupIsReadByItsOwnerOnlyAndNotIfAByteOfItIsChanged() throws Exception {
        ClusterNode node = backedUp();
        Backups backups = backups(node);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Backups.Backup read = backups.read(file());
        assertThat(read.cluster()).isEqualTo("vineyard");
        assertThat(read.nodes())
                .containsExactly(new Backups.Identity(
                        node.self().id(), "cec-a", node.self().host().locationCode()));

        byte[] whole = Files.readAllBytes(file());
        for (int at : List.of(0, whole.length / 2, whole.length - 80)) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            failsWith(ClusterError.BAD_BACKUP, () -> backups.read(Files.write(directory.resolve("bad"), changed)));
        }
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);
        failsWith(ClusterError.BAD_BACKUP, () -> backups.read(Files.write(directory.resolve("bad"), cut)));
        failsWith(ClusterError.BAD_BACKUP, () -> backups.read(directory.resolve("nothing")));
        byte[] other = "{\"an\":\"other\"}\n".getBytes(StandardCharsets.UTF_8);
        failsWith(ClusterError.BAD_BACKUP, () -> backups.read(Files.write(directory.resolve("bad"), other)));
    }

    @Test
    void aMemberRestoresNothing() {
        Backups backups = backups(backedUp());
        failsWith(ClusterError.ALREADY_A_MEMBER, () -> backups.restore(file(), OWN, Optional.of("vineyard"), QUIET));
        failsWith(ClusterError.ALREADY_A_MEMBER, () -> backups.plan(file(), OWN, QUIET));
    }

    @Test
    void nothingIsOwnedAfterARestoreAndAllThatFollowsIsNewerThanAllThatWas() throws Exception {
        ClusterNode node = restarted(backedUp());
        Backups backups = backups(node);
        Backups.Restore planned = backups.plan(file(), OWN, QUIET);
        assertThat(planned.doubts()).isEmpty();
        assertThat(planned.nodes()).extracting(Backups.Found::state).containsExactly("stopped");
        assertThat(planned.changes()).anyMatch(change -> change.contains("hibernate of lpar:1"));
        assertThat(node.membership()).as("a plan changes nothing").isEmpty();

        assertThat(backups.restore(file(), OWN, Optional.empty(), QUIET).changes())
                .isEqualTo(planned.changes());
        awaitMember(node);
        Ownership ownership = site.service(node, Ownership.class);
        assertThat(ownership.owners()).noneMatch(owner -> owner.object().startsWith("lu:"));
        long ahead = 1L << 32;
        assertThat(ownership.acquire("lu:1", "again").epoch()).isEqualTo(900 + ahead + 1);
        assertThat(ownership.acquire("lu:2", "again").epoch()).isEqualTo(3 + ahead + 1);
        assertThat(ownership.acquire("lu:new", "again").epoch()).isEqualTo(7 + ahead + 1);
        assertThat(site.service(node, Journal.class).open("hibernate")).isEmpty();
        Clients clients = site.service(node, Clients.class);
        assertThat(clients.client("acme").id()).isEqualTo(1);
        assertThat(clients.create("zenith").id()).isGreaterThan(1_000_000);
        assertThat(site.service(node, Database.class).revision()).isGreaterThan(ahead);
        assertThat(directory.resolve("cec-a").resolve("tmp").resolve("backup")).doesNotExist();
    }

    @Test
    void aNodeThatLivesPreventsItWhateverIsTyped() throws Exception {
        ClusterNode node = restarted(backedUp());
        AtomicLong beats = new AtomicLong();
        whileWaiting = () -> area.write(2, ByteBuffer.allocate(512).putLong(0, beats.incrementAndGet()));
        area.write(2, ByteBuffer.allocate(512).putLong(0, -1));
        Backups backups = backups(node);
        assertThat(backups.plan(file(), OWN, QUIET).nodes())
                .extracting(Backups.Found::state)
                .containsExactlyInAnyOrder("stopped", "alive");
        failsWith(ClusterError.ALIVE, () -> backups.restore(file(), OWN, Optional.of("vineyard"), QUIET));

        whileWaiting = () -> {};
        backups.restore(file(), OWN, Optional.empty(), QUIET);
        awaitMember(node);
    }

    @Test
    void whatCannotBeSeenIsTakenOnTheOperatorsWordOnly() throws Exception {
        ClusterNode first = backedUp();
        ClusterNode second = node("cec-b");
        second.join(first.joinToken());
        backups(first).write(file());
        second.stop();
        ClusterNode node = restarted(first);
        Backups backups = backups(node);
        failsWith(ClusterError.NOT_CONFIRMED, () -> backups.restore(file(), OWN, Optional.empty(), QUIET));
        failsWith(ClusterError.NOT_CONFIRMED, () -> backups.restore(file(), OWN, Optional.of("vinyard"), QUIET));
        backups.restore(file(), OWN, Optional.of("vineyard"), QUIET);
        awaitMember(node);
        // Its end is written down for everybody, so that it can be removed if it is lost for good.
        UUID lost = second.self().id();
        assertThat(site.service(node, org.serai.cluster.Fencing.class)
                        .remove(lost, QUIET)
                        .node())
                .isEqualTo(lost);
    }

    @Test
    void aNodeOfNoClusterRestoresElsewhereAndGoesOnWithARestoreThatWasCutOff() throws Exception {
        lose(backedUp());
        Target target = new Target(Optional.of("embedded:" + directory.resolve("elsewhere")), Map.of());
        ClusterNode early = node("cec-x");
        failsWith(ClusterError.WRONG_CLUSTER, () -> backups(early).restore(file(), OWN, Optional.empty(), QUIET));
        backups(early).restore(file(), target, Optional.empty(), QUIET);
        awaitMember(early);
        // As if the node had died after the commit, before it had noted its membership.
        early.stop();
        Files.delete(directory.resolve("cec-x").resolve("identity").resolve("cluster.json"));
        ClusterNode late = node("cec-x");
        backups(late).restore(file(), target, Optional.empty(), QUIET);
        awaitMember(late);

        ClusterNode old = node("cec-a");
        old.resume();
        await().atMost(PATIENCE).until(() -> old.state().contains("does not hold"));
        backups(old).restore(file(), target, Optional.empty(), QUIET);
        awaitMember(old);
        assertThat(old.membership().orElseThrow().nodes()).hasSize(2);
    }

    @Test
    void aNodeOfAnotherClusterIsNotGivenThisOne() throws Exception {
        lose(backedUp());
        ClusterNode other = node("cec-y");
        other.create("orchard", Optional.empty(), Map.of());
        other.stop();
        ClusterNode again = node("cec-y");
        again.resume();
        awaitMember(again);
        again.stop();
        failsWith(
                ClusterError.WRONG_CLUSTER, () -> backups(again).restore(file(), OWN, Optional.of("vineyard"), QUIET));
    }

    /** Pools as lists of what is kept there, the newest last. */
    private final Map<String, List<byte[]>> pools = new TreeMap<>();

    private ClusterBackups keeping(ClusterNode node) {
        ClusterBackups backups = backups(node);
        backups.add(new BackupKeeper() {
            @Override
            public List<String> places() {
                return List.copyOf(pools.keySet());
            }

            @Override
            public void keep(String place, String name, byte[] content, int count) {
                assertThat(name).matches("backup-[0-9]{8}T[0-9]{6}Z");
                pools.get(place).add(content);
            }
        });
        backups.add((BackupFinder) paths -> pools.getOrDefault(paths.getFirst(), List.of()));
        return backups;
    }

    @Test
    void theNewestWholeBackupOfAPoolIsFoundAndRestored() throws Exception {
        pools.put("p", new ArrayList<>());
        ClusterNode first = backedUp();
        ClusterBackups backups = keeping(first);
        backups.keep(List.of("p"), 3);
        site.service(first, Clients.class).create("later");
        backups.keep(List.of("p"), 3);
        byte[] damaged = pools.get("p").getLast().clone();
        damaged[damaged.length / 2] ^= 1;
        pools.get("p").add(damaged);
        failsWith(ClusterError.BAD_BACKUP, () -> backups.keep(List.of("q"), 3));

        ClusterNode node = restarted(first);
        ClusterBackups found = keeping(node);
        assertThat(found.kept(List.of("p"))).hasSize(2);
        assertThat(found.kept(List.of("p")).getFirst().revision())
                .isGreaterThan(found.kept(List.of("p")).getLast().revision());
        Backups.Backup extracted = found.extract(List.of("p"), Optional.empty());
        failsWith(ClusterError.BAD_BACKUP, () -> found.extract(List.of("p"), Optional.of("2001-01-01T00:00:00Z")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(extracted.file())))
                .isEqualTo("rw-------");
        found.restore(extracted.file(), OWN, Optional.empty(), QUIET);
        awaitMember(node);
        assertThat(site.service(node, Clients.class).client("later").id()).isEqualTo(2);
    }
}
