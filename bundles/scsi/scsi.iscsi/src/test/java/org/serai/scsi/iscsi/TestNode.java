package org.serai.scsi.iscsi;

import java.lang.annotation.Annotation;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.ExportSpec.HostPage;
import org.serai.scsi.Sessions;
import org.serai.scsi.spi.Targets;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.TargetRegistry;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.storage.OpenLu;

/** The command side and a portal on a free port, wired as in a node. */
final class TestNode implements AutoCloseable {
    static final UUID VIOS = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final String PREFIX = "iqn.2026-11.org.serai:";

    private final ExportService exports;
    private final IscsiTransport transport;

    TestNode() {
        this(new Config());
    }

    TestNode(IscsiConfig config) {
        this(config, targets -> targets);
    }

    /** @param around what the portal asks instead of the command side itself */
    TestNode(IscsiConfig config, UnaryOperator<Targets> around) {
        this(config, around, System::nanoTime);
    }

    TestNode(IscsiConfig config, UnaryOperator<Targets> around, LongSupplier nanoTime) {
        TargetRegistry registry = new TargetRegistry();
        exports = new ExportService(registry, ReservationStore.NOWHERE, UnitStore.NOWHERE);
        transport = new IscsiTransport(
                around.apply(registry), config, new SecureRandom(), InstantSource.system(), nanoTime, 10_000);
        exports.bindTransport(transport);
    }

    Export toAny(String name, OpenLu... lus) {
        return exports.export(new ExportSpec(PREFIX + name, Optional.empty(), Optional.empty(), disks(name, lus)));
    }

    Export toOne(String name, String initiator, Chap chap, OpenLu... lus) {
        return exports.export(
                new ExportSpec(PREFIX + name, Optional.of(initiator), Optional.of(chap), disks(name, lus)));
    }

    /** To any initiator that is let in. */
    Export guarded(String name, ExportSpec.Admittance admittance, OpenLu... lus) {
        return exports.export(new ExportSpec(
                PREFIX + name,
                Optional.empty(),
                Optional.empty(),
                new ExportSpec.Port(1, ExportSpec.Identity.PORT),
                disks(name, lus),
                Optional.empty(),
                admittance));
    }

    private static List<Disk> disks(String name, OpenLu... lus) {
        List<Disk> disks = new ArrayList<>();
        for (OpenLu lu : lus) {
            UUID serial = UUID.nameUUIDFromBytes((name + disks.size()).getBytes());
            disks.add(new Disk(lu, serial, name, new HostPage("U8286.42A.1234567", VIOS, 42)));
        }
        return disks;
    }

    Sessions sessions() {
        return transport;
    }

    /** How much buffer memory is in use. */
    long usedBytes() {
        return transport.usedBytes();
    }

    String portal() {
        return transport.portal();
    }

    int port() {
        return Integer.parseInt(portal().substring(portal().lastIndexOf(':') + 1));
    }

    @Override
    public void close() {
        transport.close();
    }

    /** A configuration for tests: any port. */
    static class Config implements IscsiConfig {
        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public long loginTimeoutMs() {
            return 15_000;
        }

        @Override
        public int maxConnections() {
            return 64;
        }

        @Override
        public int maxLogins() {
            return 16;
        }

        @Override
        public int maxLoginsPerAddress() {
            return 16;
        }

        @Override
        public long idleMs() {
            return 30_000;
        }

        @Override
        public long pingTimeoutMs() {
            return 30_000;
        }

        @Override
        public int bufferMiB() {
            return 128;
        }

        @Override
        public boolean discoveryAuthentication() {
            return false;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return IscsiConfig.class;
        }
    }
}
