package org.serai.scsi.target.export;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.Exports;
import org.serai.scsi.ScsiError;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.ReservationStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes targets of LUs and tells where a transport shows them. */
@Component(service = {Exports.class, ExportService.class})
public final class ExportService implements Exports {
    private static final Logger LOG = LoggerFactory.getLogger(ExportService.class);
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security.scsi");

    /** How often the space below LUs is compared with the thresholds that initiators have set. */
    private static final long LOOK_MS = 1000;

    private final TargetRegistry registry;
    private final ReservationStore reservations;
    private final UnitStore states;
    private final ScheduledExecutorService scheduler;

    private final AtomicReference<TargetTransport> transport = new AtomicReference<>();

    /** Exports through the targets of that registry. */
    @Activate
    public ExportService(
            @Reference TargetRegistry registry, @Reference ReservationStore reservations, @Reference UnitStore states) {
        this(
                registry,
                reservations,
                states,
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("scsi-space").factory()));
    }

    ExportService(
            TargetRegistry registry,
            ReservationStore reservations,
            UnitStore states,
            ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
        scheduler.scheduleWithFixedDelay(this::lookAtSpace, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
        this.states = states;
        this.registry = registry;
        this.reservations = reservations;
    }

    private void lookAtSpace() {
        for (Target each : registry.all()) {
            try {
                each.lookAtSpace();
            } catch (SeraiException e) {
                LOG.debug("the space below {} is not known: {}", each.spec().target(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error(
                        "the space below {} could not be looked at", each.spec().target(), e);
            }
        }
    }

    @Deactivate
    void close() {
        scheduler.shutdown();
    }

    /** A transport comes; it goes with its configuration, while the targets stay. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void bindTransport(TargetTransport found) {
        transport.set(found);
    }

    /** A transport goes, after the next one has come if there is one. */
    public void unbindTransport(TargetTransport gone) {
        transport.compareAndSet(gone, null);
    }

    @Override
    public LiveExport export(ExportSpec spec) {
        requireTransport();
        spec.initiator().ifPresent(Iqn::requireInitiator);
        if (spec.initiator().isPresent() == spec.chap().isEmpty()) {
            throw new IllegalArgumentException("CHAP credentials go with one initiator, and only with one");
        }
        if (spec.initiator().isEmpty()) {
            SECURITY.warn("{} is exported to any initiator, without authentication", spec.target());
        }
        Target target = registry.add(spec, reservations, states);
        LOG.info("exported {} to {}", spec.target(), spec.initiator().orElse("any initiator"));
        return new LiveExport(this, registry, target);
    }

    @Override
    public List<Export> exports() {
        return registry.all().stream()
                .<Export>map(target -> new LiveExport(this, registry, target))
                .toList();
    }

    /** The transport, if there is one now. */
    public Optional<TargetTransport> transport() {
        return Optional.ofNullable(transport.get());
    }

    /** The transport; {@link ScsiError#NO_TRANSPORT} if there is none now. */
    public TargetTransport requireTransport() {
        return transport()
                .orElseThrow(() -> ScsiError.NO_TRANSPORT.error(
                        "Nothing can be exported",
                        "no target transport is active on this node",
                        "see in the log why the iSCSI portal could not listen, correct iscsi.host or iscsi.port"));
    }
}
