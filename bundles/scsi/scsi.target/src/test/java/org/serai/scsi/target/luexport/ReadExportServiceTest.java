package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.ScsiError;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.TargetRegistry;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.storage.Lu;
import org.serai.storage.Reader;
import org.serai.storage.Redundancy;

class ReadExportServiceTest {
    private static final UUID SELF = UUID.randomUUID();

    private final TestStorage storage = new TestStorage();
    private final ExportService exports =
            new ExportService(new TargetRegistry(), ReservationStore.NOWHERE, UnitStore.NOWHERE);
    private final Lu disk = storage.add("disk", UUID.randomUUID());
    private final ReadExportService service = new ReadExportService(
            new TestCluster(SELF, UUID.randomUUID()), storage.storage(), redundancy(), exports, new SecureRandom());

    /** Opens what storage has, for the LU's own client and no adapter. */
    private Redundancy redundancy() {
        return (Redundancy) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Redundancy.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("openForReading");
                    assertThat(args[1]).isEqualTo(new Reader(1, OptionalLong.empty()));
                    return storage.open((UUID) args[0]);
                });
    }

    @BeforeEach
    void listen() {
        exports.bindTransport(new TargetTransport() {
            @Override
            public String portal() {
                return "127.0.0.1:3260";
            }

            @Override
            public String url(String portal, ExportSpec export, int lun) {
                return portal + "/" + export.chap().map(ExportSpec.Chap::user).orElse("-") + "/" + export.target();
            }
        });
    }

    @Test
    void itIsADiskOfItsOwnUntilItIsEnded() {
        ExportedLu exported = service.export("disk", Optional.empty());
        assertThat(exported.url()).isEqualTo("127.0.0.1:3260/-/iqn.2026-11.org.serai:lu-read.disk");
        assertThat(service.all()).containsExactly(exported);
        assertThatThrownBy(() -> service.export("disk", Optional.empty()))
                .hasFieldOrPropertyWithValue("code", ScsiError.ALREADY_EXPORTED);
        service.unexport("disk");
        assertThat(storage.holds(disk)).isFalse();
        assertThat(exports.exports()).isEmpty();
        assertThatThrownBy(() -> service.unexport("disk"))
                .hasFieldOrPropertyWithValue("code", ScsiError.NO_SUCH_EXPORT);
    }

    @Test
    void oneInitiatorProvesItself() {
        ExportedLu exported = service.export("disk", Optional.of("iqn.2026-11.org.example:host"));
        assertThat(exported.url()).doesNotContain("/-/");
    }

    @Test
    void whatCannotBeExportedIsNotHeld() {
        exports.export(
                new ExportSpec("iqn.2026-11.org.serai:lu-read.disk", Optional.empty(), Optional.empty(), List.of()));
        assertThatThrownBy(() -> service.export("disk", Optional.empty())).isInstanceOf(RuntimeException.class);
        assertThat(storage.holds(disk)).isFalse();
        assertThat(service.all()).isEmpty();
    }

    @Test
    void oneWhoseLuIsGoneIsEndedByTheNameThatItHad() {
        service.export("disk", Optional.empty());
        storage.delete("disk");
        service.unexport("disk");
        assertThat(service.all()).isEmpty();
        assertThat(exports.exports()).isEmpty();
    }

    @Test
    void oneWhoseLuHasAnotherNameIsEndedByEither() {
        for (String name : List.of("disk", "renamed")) {
            service.export("disk", Optional.empty());
            storage.rename("disk", "renamed");
            service.unexport(name);
            assertThat(service.all()).isEmpty();
            storage.rename("renamed", "disk");
        }
    }

    @Test
    void aPvThatIsAwayKeepsNoneFromEndingWithTheNode() {
        Lu other = storage.add("other", UUID.randomUUID());
        storage.pvGoesWhileOpen();
        service.export("disk", Optional.empty());
        service.export("other", Optional.empty());
        service.close();
        assertThat(storage.holds(disk)).isFalse();
        assertThat(storage.holds(other)).isFalse();
        assertThat(service.all()).isEmpty();
    }

    @Test
    void allEndWithTheNode() {
        service.export("disk", Optional.empty());
        service.close();
        assertThat(storage.holds(disk)).isFalse();
        assertThat(exports.exports()).isEmpty();
    }
}
