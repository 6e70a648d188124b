package org.serai.scsi.target.luexport;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.spi.TargetTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the cluster where this node's target listens; tries again until the VIOS DB has it. */
@Component(service = {})
public final class PortalAnnouncement {
    private static final Logger LOG = LoggerFactory.getLogger(PortalAnnouncement.class);
    private static final long RETRY_MS = 1000;

    private final Membership membership;
    private final TargetTransport transport;
    private final ScheduledExecutorService scheduler;

    /** Announces at once. */
    @Activate
    public PortalAnnouncement(@Reference Membership membership, @Reference TargetTransport transport) {
        this(
                membership,
                transport,
                Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                        .daemon()
                        .name("scsi-portal-announcement")
                        .factory()));
    }

    PortalAnnouncement(Membership membership, TargetTransport transport, ScheduledExecutorService scheduler) {
        this.membership = membership;
        this.transport = transport;
        this.scheduler = scheduler;
        scheduler.execute(this::announce);
    }

    private void announce() {
        try {
            membership.announce(Membership.Address.PORTAL, transport.portal());
        } catch (SeraiException e) {
            LOG.warn("the portal could not be announced, trying again: {}", e.getMessage());
            if (!scheduler.isShutdown()) {
                scheduler.schedule(this::announce, RETRY_MS, TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException e) {
            LOG.error("the portal could not be announced", e);
        }
    }

    @Deactivate
    void close() {
        scheduler.shutdownNow();
    }
}
