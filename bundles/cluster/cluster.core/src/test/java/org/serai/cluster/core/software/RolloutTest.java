package org.serai.cluster.core.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterBundles;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;

class RolloutTest {
    private static final UUID SELF = new UUID(0, 1);

    @TempDir
    Path directory;

    private Database database;
    private BundleStore store;
    private final List<String> told = new ArrayList<>();
    private Optional<UUID> refuses = Optional.empty();
    private Optional<UUID> dead = Optional.empty();

    private final Rollout.Nodes nodes = new Rollout.Nodes() {
        @Override
        public UUID self() {
            return SELF;
        }

        @Override
        public List<Node> others() {
            return List.of(node(2), node(3));
        }

        @Override
        public boolean apply(UUID node, Optional<String> onItsWay) {
            if (dead.equals(Optional.of(node))) {
                return false;
            }
            told.add(node.getLeastSignificantBits() + (onItsWay.isPresent() ? "+" : "-"));
            if (onItsWay.isPresent() && refuses.equals(Optional.of(node))) {
                throw ClusterError.BUNDLE_REFUSED.error("It is not started", "it lacks org.nowhere", "install that");
            }
            return true;
        }
    };

    private static Node node(int number) {
        HostId host = new HostId("1", "S", "V", HostId.Source.CONFIGURED);
        return new Node(new UUID(0, number), "cec-" + number, number, new UUID(1, number), host, "", "");
    }

    @BeforeEach
    void open() {
        database = JdbcEngine.embedded().open("embedded:" + directory.resolve("db"), Map.of());
        store = new BundleStore(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Jar jar(String version) {
        return Jar.read(
                Jars.bundle(directory.resolve("made.jar"), "com.example.storage;singleton:=true", version, Map.of()));
    }

    private Rollout rollout() {
        return new Rollout(store, nodes);
    }

    @Test
    void oneNodeAfterTheOtherStartsItAndItTakesThePlaceOfTheEarlierVersion() {
        Jar one = jar("1.0.0");
        rollout().install(one, _ -> {});
        assertThat(told).containsExactly("1+", "2+", "3+");
        Jar two = jar("2.0.0");
        rollout().install(two, _ -> {});
        assertThat(store.deployed()).extracting(BundleRow::version).containsExactly("2.0.0");
        assertThat(store.content(store.deployed().getFirst())).isEqualTo(two.content());
        told.clear();
        rollout().install(two, _ -> {});
        assertThat(told).as("all have it").isEmpty();
        assertThat(database.<Integer>read(tx -> tx.list(PartRow.class).size())).isEqualTo(1);
    }

    @Test
    void atTheFirstNodeThatRefusesAllGoBack() {
        rollout().install(jar("1.0.0"), _ -> {});
        told.clear();
        refuses = Optional.of(new UUID(0, 2));
        assertThatThrownBy(() -> rollout().install(jar("2.0.0"), _ -> {}))
                .isInstanceOfSatisfying(SeraiException.class, refused -> {
                    assertThat(refused.code()).isEqualTo(ClusterError.BUNDLE_REFUSED);
                    assertThat(refused.reason()).contains("cec-2").contains("org.nowhere");
                });
        assertThat(told).containsExactly("1+", "2+", "2-", "1-");
        assertThat(store.all()).extracting(BundleRow::version).containsExactly("1.0.0");
    }

    @Test
    void aNodeThatDiesMeanwhileHindersNobody() {
        dead = Optional.of(new UUID(0, 2));
        List<String> said = new ArrayList<>();
        rollout().install(jar("1.0.0"), said::add);
        assertThat(told).containsExactly("1+", "3+");
        assertThat(said).contains("node cec-2 is dead, and takes it when it comes back");
        assertThat(store.deployed()).hasSize(1);
    }

    @Test
    void aNodeThatIsAskedAnswersOrIsFoundDeadOrRefuses() {
        assertThat(new Asked(() -> {}).isAnswered(() -> false)).isTrue();
        assertThat(new Asked(RolloutTest::noAnswer).isAnswered(() -> true)).isFalse();
        assertThatThrownBy(() -> new Asked(() -> {
                            throw ClusterError.BAD_BUNDLE.error("It is not started", "it is none", "give one");
                        })
                        .isAnswered(() -> false))
                .isInstanceOf(SeraiException.class);
    }

    private static void noAnswer() {
        throw ClusterError.NO_ANSWER.error("Nobody answers", "the cable is cut", "wait");
    }

    @Test
    void whatADeadProcessWasBringingIsForgottenAndNeverTakenForDeployed() {
        store.add(jar("1.0.0"), SELF);
        assertThat(store.deployed()).isEmpty();
        rollout().clearLeft();
        assertThat(store.all()).isEmpty();
        assertThat(database.<Integer>read(tx -> tx.list(PartRow.class).size())).isZero();
    }

    @Test
    void contentThatWasChangedInTheDatabaseIsNotUsed() {
        BundleRow row = store.add(jar("1.0.0"), SELF);
        database.write(tx -> tx.update(new PartRow(row.sha256() + "/00000", row.sha256(), "AAAA")));
        assertThatThrownBy(() -> store.content(row))
                .isInstanceOfSatisfying(
                        SeraiException.class, bad -> assertThat(bad.code()).isEqualTo(ClusterError.BAD_BUNDLE));
    }

    @Test
    void aBundleOfSeveralPartsComesBackAsItWas() throws Exception {
        byte[] content = new byte[3 * (512 << 10) + 17];
        new java.util.Random(7).nextBytes(content);
        BundleRow row = store.add(new Jar("a", "1.0.0", Jar.sha256(content), content), SELF);
        assertThat(row.parts()).isEqualTo(4);
        assertThat(store.content(row)).isEqualTo(content);
    }

    @Test
    void whatIsNoBundleOrTooLargeIsRefused() throws Exception {
        Path text = Files.writeString(directory.resolve("text.jar"), "no jar at all");
        Path large = directory.resolve("large.jar");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(ClusterBundles.SIZE_BYTES_MAX + 1);
        }
        for (Path bad : List.of(text, large, directory.resolve("nothing.jar"))) {
            assertThatThrownBy(() -> Jar.read(bad))
                    .isInstanceOfSatisfying(
                            SeraiException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ClusterError.BAD_BUNDLE));
        }
    }
}
