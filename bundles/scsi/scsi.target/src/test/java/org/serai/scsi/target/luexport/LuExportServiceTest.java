package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.DeathProof;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.TargetRegistry;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.storage.Lu;

class LuExportServiceTest {
    private static final UUID SELF = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();
    private static final UUID POOL = UUID.randomUUID();
    private static final String INITIATOR = "iqn.2026-11.org.example:host";

    private final TestCluster cluster = new TestCluster(SELF, OTHER);
    private final TestLiveness liveness = new TestLiveness();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final TestStorage storage = new TestStorage();
    private final TargetRegistry registry = new TargetRegistry();
    private final ExportService exports = new ExportService(registry, ReservationStore.NOWHERE);
    private final TargetTransport transport = new TargetTransport() {
        @Override
        public String portal() {
            return "127.0.0.1:3260";
        }

        @Override
        public String url(String portal, ExportSpec export, int lun) {
            return portal + "/" + export.chap().map(ExportSpec.Chap::user).orElse("-") + "/" + export.target();
        }
    };

    @TempDir
    Path directory;

    private Database database;
    private LuExportService service;
    private Lu disk;

    @BeforeEach
    void start() {
        database = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
        exports.bindTransport(transport);
        database.write(transaction -> {
            transaction.insert(new Rows.NodeRow(SELF, "cec-a", 0, SELF, "i", "s", "t", "m", "configured", "", ""));
            transaction.insert(new Rows.NodeRow(OTHER, "cec-b", 1, OTHER, "j", "s", "t", "m", "configured", "", ""));
            transaction.insert(new Rows.ClientRow(1, "client"));
            return transaction.insert(new Rows.PoolRow(POOL, "pool", "extent", 0, "online"));
        });
        disk = lu("disk");
        service = service();
    }

    private Lu lu(String name) {
        Lu lu = storage.add(name, POOL);
        database.write(transaction ->
                transaction.insert(new Rows.LuRow(lu.id(), name, POOL, 1, "data", 32768, false, "online")));
        return lu;
    }

    private LuExportService service() {
        return new LuExportService(
                cluster,
                liveness,
                database,
                storage.storage(),
                exports,
                new SecureRandom(),
                Executors.newSingleThreadScheduledExecutor());
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    @Test
    void anLuIsExportedToOneInitiatorWithASecretOfItsOwn() {
        ExportedLu exported = service.export("disk", Optional.of(INITIATOR), told::add);
        assertThat(exported.target()).isEqualTo("iqn.2026-11.org.serai:lu.disk");
        assertThat(exported.node()).isEqualTo("cec-a");
        assertThat(exported.url()).contains("127.0.0.1:3260/serai-");
        assertThat(storage.holds(disk)).isTrue();
        assertThat(registry.visibleTo(INITIATOR)).containsExactly(exported.target());
        assertThat(registry.visibleTo("iqn.2026-11.org.example:other")).isEmpty();
        var chap =
                registry.admission(exported.target(), INITIATOR).orElseThrow().chap();
        assertThat(chap.orElseThrow().secret()).hasSize(16).matches("[A-Za-z0-9_-]+");
        assertThat(service.all()).containsExactly(exported);
    }

    @Test
    void anExportToAnyoneHasNoSecret() {
        ExportedLu exported = service.export("disk", Optional.empty(), told::add);
        assertThat(registry.admission(exported.target(), INITIATOR)
                        .orElseThrow()
                        .chap())
                .isEmpty();
    }

    @Test
    void aNodeThatStartsExportsAgainOnceItsPoolIsThere() {
        ExportedLu before = service.export("disk", Optional.of(INITIATOR), told::add);
        service.close();
        assertThat(storage.holds(disk)).isFalse();
        assertThat(registry.visibleTo(INITIATOR)).isEmpty();
        storage.online(false);
        service = service();
        assertThat(service.all()).containsExactly(before);
        storage.online(true);
        await().until(() -> storage.holds(disk));
        await().until(() -> registry.visibleTo(INITIATOR).contains(before.target()));
        assertThat(service.all()).containsExactly(before);
    }

    @Test
    void unexportGivesTheLockBackAndIsForGood() {
        service.export("disk", Optional.empty(), told::add);
        service.unexport("disk", told::add);
        assertThat(storage.holds(disk)).isFalse();
        assertThat(service.all()).isEmpty();
        assertThat(registry.visibleTo(INITIATOR)).isEmpty();
        assertThatThrownBy(() -> service.unexport("disk", told::add)).hasMessageContaining("SERAI-SCSI-0003");
    }

    @Test
    void whatIsHeldOrExportedIsRefusedAndNothingIsLeft() {
        storage.open(disk.id());
        assertThatThrownBy(() -> service.export("disk", Optional.empty(), told::add))
                .hasMessageContaining("SERAI-LU-0003");
        assertThat(service.all()).isEmpty();
        lu("free");
        service.export("free", Optional.empty(), told::add);
        assertThatThrownBy(() -> service.export("free", Optional.empty(), told::add))
                .hasMessageContaining("SERAI-SCSI-0002");
    }

    @Test
    void withoutATransportNothingIsTaken() {
        exports.unbindTransport(transport);
        assertThatThrownBy(() -> service.export("disk", Optional.empty(), told::add))
                .hasMessageContaining("SERAI-SCSI-0005");
        assertThat(storage.holds(disk)).isFalse();
    }

    @Test
    void aBadInitiatorIsRefused() {
        assertThatThrownBy(() -> service.export("disk", Optional.of("me"), told::add))
                .hasMessageContaining("SERAI-SCSI-0004");
        assertThat(storage.holds(disk)).isFalse();
    }

    @Test
    void anotherNodesExportIsItsOwnWhileItLives() {
        exportedByOther();
        assertThatThrownBy(() -> service.unexport("disk", told::add)).hasMessageContaining("cec-b");
        assertThatThrownBy(() -> service.export("disk", Optional.empty(), told::add))
                .hasMessageContaining("SERAI-SCSI-0002")
                .hasMessageContaining("cec-b");
        assertThat(service.all()).singleElement().satisfies(exported -> {
            assertThat(exported.node()).isEqualTo("cec-b");
            assertThat(exported.url()).startsWith("127.0.0.1:2/");
        });
        assertThat(storage.holds(disk)).isFalse();
    }

    @Test
    void aDeadNodesExportIsTakenOverWithAProofOfItsDeath() {
        exportedByOther();
        storage.lock(disk, OTHER);
        liveness.isOver(OTHER);
        ExportedLu exported = service.export("disk", Optional.empty(), told::add);
        assertThat(exported.node()).isEqualTo("cec-a");
        assertThat(service.all()).containsExactly(exported);
        assertThat(storage.holds(disk)).isTrue();
        assertThat(storage.proofs()).extracting(DeathProof::node).containsExactly(OTHER);
        assertThat(told).isNotEmpty().allMatch(line -> line.startsWith("Node cec-b: "));
    }

    @Test
    void theProofIsOfTheStartThatTheDatabaseKnowsAndTheViewDoesNotYet() {
        exportedByOther();
        storage.lock(disk, OTHER);
        liveness.isOver(OTHER);
        UUID anew = UUID.randomUUID();
        service.close();
        database = heardAtCatchUp(database, () -> cluster.otherHasStartedAnew(anew));
        service = service();
        service.export("disk", Optional.empty(), told::add);
        assertThat(storage.proofs()).extracting(DeathProof::incarnation).containsExactly(anew);
    }

    private static Database heardAtCatchUp(Database database, Runnable heard) {
        return (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    if (method.getName().equals("catchUp")) {
                        heard.run();
                    }
                    return method.invoke(database, arguments);
                });
    }

    @Test
    void ofANodeThatStoppedInOrderTheLockIsFree() {
        exportedByOther();
        liveness.isOver(OTHER);
        assertThat(service.export("disk", Optional.empty(), told::add).node()).isEqualTo("cec-a");
        assertThat(storage.holds(disk)).isTrue();
        assertThat(storage.proofs()).isEmpty();
    }

    @Test
    void aDeadNodesExportIsTakenAwayAndItsLockGivenBack() {
        exportedByOther();
        storage.lock(disk, OTHER);
        liveness.isOver(OTHER);
        service.unexport("disk", told::add);
        assertThat(service.all()).isEmpty();
        assertThat(storage.proofs()).hasSize(1);
        assertThat(storage.holds(disk)).isFalse();
    }

    private void exportedByOther() {
        database.write(transaction -> transaction.insert(new LuExportRow(
                UUID.randomUUID(),
                disk.id(),
                OTHER,
                "iqn.2026-11.org.serai:lu.disk",
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
    }

    @Test
    void aNameThatNoIscsiNameTakesIsReplacedByTheId() {
        Lu odd = lu("Disk_1");
        assertThat(service.export("Disk_1", Optional.empty(), told::add).target())
                .isEqualTo("iqn.2026-11.org.serai:lu." + odd.id());
    }

    @Test
    void aPvThatIsAwayKeepsNoExportFromBeingEnded() {
        Lu other = lu("other");
        storage.pvGoesWhileOpen();
        service.export("disk", Optional.empty(), told::add);
        service.export("other", Optional.empty(), told::add);
        assertThatThrownBy(() -> service.unexport("disk", told::add)).hasMessageContaining("its PV is away");
        assertThat(service.all()).extracting(ExportedLu::lu).containsExactly("other");
        service.export("disk", Optional.empty(), told::add);
        service.close();
        assertThat(storage.holds(disk)).isFalse();
        assertThat(storage.holds(other)).isFalse();
    }

    @Test
    void thePortalIsAnnounced() {
        var announcement = new PortalAnnouncement(cluster, transport);
        await().until(() -> cluster.announced().contains("PORTAL 127.0.0.1:3260"));
        announcement.close();
    }
}
