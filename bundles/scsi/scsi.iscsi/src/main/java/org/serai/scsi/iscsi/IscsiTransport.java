package org.serai.scsi.iscsi;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.Sessions;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.spi.Targets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target transport iSCSI (RFC 7143): one portal. */
@Component(
        service = {TargetTransport.class, Sessions.class},
        immediate = true,
        configurationPid = "org.serai.iscsi",
        property = IscsiTransport.TRANSPORT + "=iscsi")
@Designate(ocd = IscsiConfig.class)
public final class IscsiTransport implements TargetTransport, Sessions {
    static final String TRANSPORT = "scsi.transport";

    /** How long an initiator is waited for that is told something. */
    private static final long TELL_MS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(IscsiTransport.class);

    private final Portal portal;
    private final Sessions sessions;

    /** Listens; fails with {@link org.serai.scsi.ScsiError#PORT_IN_USE} if it cannot. */
    @Activate
    public IscsiTransport(@Reference Targets targets, IscsiConfig config) {
        this(targets, config, new SecureRandom(), InstantSource.system(), System::nanoTime, TELL_MS);
    }

    IscsiTransport(
            Targets targets,
            IscsiConfig config,
            RandomGenerator secureRandom,
            InstantSource clock,
            LongSupplier nanoTime,
            long tellMs) {
        try {
            portal = new Portal(Settings.of(config), targets, secureRandom, clock, nanoTime, tellMs);
        } catch (SeraiException e) {
            LOG.error("{}", e.getMessage());
            throw e;
        }
        sessions = portal.sessions();
        LOG.info("the iSCSI portal listens at {}", portal.address());
    }

    @Override
    public String portal() {
        return portal.address();
    }

    @Override
    public String url(String address, ExportSpec export, int lun) {
        String credentials = export.chap()
                .map(chap -> chap.user() + "%" + chap.secret() + "@")
                .orElse("");
        String mutual = export.chap()
                .flatMap(ExportSpec.Chap::mutual)
                .map(own -> "?target_user=" + own.user() + "&target_password=" + own.secret())
                .orElse("");
        return "iscsi://" + credentials + address + "/" + export.target() + "/" + lun + mutual;
    }

    @Override
    public List<Session> sessions() {
        return sessions.sessions();
    }

    @Override
    public Meter meter() {
        return sessions.meter();
    }

    @Override
    public boolean kick(int id) {
        return sessions.kick(id);
    }

    /** How much memory the portal has in use. */
    long usedBytes() {
        return portal.usedBytes();
    }

    @Deactivate
    void close() {
        portal.close();
        LOG.info("the iSCSI portal at {} is closed", portal.address());
    }
}
