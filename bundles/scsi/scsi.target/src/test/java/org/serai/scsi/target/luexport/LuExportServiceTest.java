package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.serai.scsi.LuExports.Admitted;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths.State;
import org.serai.storage.Lu;

/** Exports through one node. */
class LuExportServiceTest extends ExportRig {
    private static final String INITIATOR = "iqn.2026-11.org.example:host";
    private static final Admitted HOST = new Admitted(Optional.of(INITIATOR));

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void anLuIsExportedToOneInitiatorWithASecretOfItsOwn() {
        ExportedLu exported = a.service.export("disk", HOST, told::add);
        assertThat(exported.target()).isEqualTo("iqn.2026-11.org.serai:lu.disk");
        assertThat(exported.node()).isEqualTo("cec-a");
        assertThat(exported.url()).contains("127.0.0.1:1/serai-");
        assertThat(exported.state()).isEqualTo(State.ACTIVE);
        assertThat(exported.preferred()).isTrue();
        assertThat(shared.storage.holder(disk)).contains(A.id());
        assertThat(a.registry.visibleTo(INITIATOR)).containsExactly(exported.target());
        assertThat(a.registry.visibleTo("iqn.2026-11.org.example:other")).isEmpty();
        var chap = a.registry
                .admission(exported.target(), INITIATOR)
                .orElseThrow()
                .chap()
                .orElseThrow();
        assertThat(chap.secret()).hasSize(16).matches("[A-Za-z0-9_-]+");
        assertThat(chap.mutual()).isEmpty();
        assertThat(a.service.all()).containsExactly(exported);
    }

    @Test
    void theTargetHasASecretOfItsOwnIfItIsToProveItself() {
        ExportedLu exported = a.service.export("disk", new Admitted(Optional.of(INITIATOR), true, false), told::add);
        var chap = a.registry
                .admission(exported.target(), INITIATOR)
                .orElseThrow()
                .chap()
                .orElseThrow();
        assertThat(chap.mutual().orElseThrow().user()).startsWith("serai-target-");
        assertThat(chap.mutual().orElseThrow().secret()).hasSize(16).isNotEqualTo(chap.secret());
    }

    @Test
    void anExportToAnyoneHasNoSecret() {
        ExportedLu exported = a.service.export("disk", ANYONE, told::add);
        assertThat(a.registry
                        .admission(exported.target(), INITIATOR)
                        .orElseThrow()
                        .chap())
                .isEmpty();
    }

    @Test
    void aNodeThatStartsExportsAgainOnceItsPoolIsThere() {
        ExportedLu before = a.service.export("disk", HOST, told::add);
        a.stop();
        assertThat(shared.storage.holds(disk)).isFalse();
        assertThat(a.registry.visibleTo(INITIATOR)).isEmpty();
        shared.storage.online(false);
        a.start();
        await().until(() -> !a.exports.exports().isEmpty());
        assertThat(a.registry.visibleTo(INITIATOR)).isEmpty();
        assertThat(a.registry.admission(before.target(), INITIATOR)).isEmpty();
        assertThat(a.service.all()).singleElement().satisfies(now -> {
            assertThat(now.url()).isEqualTo(before.url());
            assertThat(now.state()).isNotEqualTo(State.ACTIVE);
        });
        shared.storage.online(true);
        await().untilAsserted(() -> assertThat(a.service.all()).containsExactly(before));
        assertThat(a.registry.visibleTo(INITIATOR)).containsExactly(before.target());
    }

    @Test
    void unexportGivesTheLockBackAndIsForGood() {
        a.service.export("disk", ANYONE, told::add);
        a.service.unexport("disk", false, told::add);
        assertThat(shared.storage.holds(disk)).isFalse();
        assertThat(a.service.all()).isEmpty();
        assertThat(a.registry.visibleTo(INITIATOR)).isEmpty();
        assertThatThrownBy(() -> a.service.unexport("disk", false, told::add)).hasMessageContaining("SERAI-SCSI-0003");
    }

    @Test
    void whatIsHeldOrExportedIsRefusedAndNothingIsLeft() {
        shared.storage.open(disk.id());
        assertThatThrownBy(() -> a.service.export("disk", ANYONE, told::add)).hasMessageContaining("SERAI-LU-0003");
        assertThat(a.service.all()).isEmpty();
        lu("free");
        a.service.export("free", ANYONE, told::add);
        assertThatThrownBy(() -> a.service.export("free", ANYONE, told::add)).hasMessageContaining("SERAI-SCSI-0002");
    }

    @Test
    void withoutATransportNothingIsTaken() {
        a.exports.unbindTransport(a.transport);
        assertThatThrownBy(() -> a.service.export("disk", ANYONE, told::add)).hasMessageContaining("SERAI-SCSI-0005");
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void aBadInitiatorIsRefused() {
        assertThatThrownBy(() -> a.service.export("disk", new Admitted(Optional.of("me")), told::add))
                .hasMessageContaining("SERAI-SCSI-0004");
        assertThat(shared.storage.holds(disk)).isFalse();
    }

    @Test
    void aNameThatNoIscsiNameTakesIsReplacedByTheId() {
        Lu odd = lu("Disk_1");
        assertThat(a.service.export("Disk_1", ANYONE, told::add).target())
                .isEqualTo("iqn.2026-11.org.serai:lu." + odd.id());
    }

    @Test
    void aPvThatIsAwayKeepsNoExportFromBeingEnded() {
        Lu other = lu("other");
        shared.storage.pvGoesWhileOpen();
        a.service.export("disk", ANYONE, told::add);
        a.service.export("other", ANYONE, told::add);
        assertThatThrownBy(() -> a.service.unexport("disk", false, told::add)).hasMessageContaining("its PV is away");
        assertThat(a.service.all()).extracting(ExportedLu::lu).containsExactly("other");
        a.service.export("disk", ANYONE, told::add);
        a.stop();
        assertThat(shared.storage.holds(disk)).isFalse();
        assertThat(shared.storage.holds(other)).isFalse();
    }

    @Test
    void thePortalIsAnnounced() {
        var cluster = new TestCluster(A, B);
        var announcement = new PortalAnnouncement(cluster, a.transport);
        await().until(() -> cluster.announced().contains("PORTAL 127.0.0.1:1"));
        announcement.close();
    }
}
