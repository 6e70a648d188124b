package org.serai.scsi.target.export;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import org.osgi.service.component.annotations.Component;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ScsiError;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.Targets;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.ReservationStore;

/** The live targets of this node, by name. It outlives transports, so that one may come and go. */
@Component(service = {Targets.class, TargetRegistry.class})
public final class TargetRegistry implements Targets {
    /** How many LUs are erased at the same time; further ones wait for their turn. */
    private static final int ERASURES = 4;

    /** How many copies go on in the background; further ones are refused. */
    private static final int COPIES = 32;

    private final Semaphore copies = new Semaphore(COPIES);
    private final Semaphore erasures = new Semaphore(ERASURES);
    private final ConcurrentSkipListMap<String, Target> targets = new ConcurrentSkipListMap<>();

    @Override
    public List<String> visibleTo(String initiator) {
        return targets.values().stream()
                .filter(target -> target.sees(initiator))
                .map(target -> target.spec().target())
                .toList();
    }

    @Override
    public Optional<Admission> admission(String target, String initiator) {
        return Optional.ofNullable(targets.get(target))
                .filter(found -> found.sees(initiator))
                .map(Target::admission);
    }

    @Override
    public List<Portal> portals(String target) {
        return Optional.ofNullable(targets.get(target))
                .map(Target::otherPortals)
                .orElse(List.of());
    }

    @Override
    public Nexus login(String target, String initiator, String initiatorPort, NexusOwner owner) {
        Target found = targets.get(target);
        if (found == null || !found.sees(initiator)) {
            throw noSuchExport(target);
        }
        found.spec().admittance().require(initiator);
        TargetNexus nexus = found.open(initiator, initiatorPort, owner);
        nexus.peers(new NodePeers(this, nexus));
        if (targets.get(target) != found) {
            nexus.close();
            throw noSuchExport(target);
        }
        return nexus;
    }

    private static RuntimeException noSuchExport(String target) {
        return ScsiError.NO_SUCH_EXPORT.error(
                "Target " + target + " cannot be logged in to",
                "it is not exported by this node, or not to this initiator",
                "target:list shows the exports of this node");
    }

    Target add(ExportSpec spec, ReservationStore reservations, UnitStore states) {
        Target target = new Target(spec, reservations, states, erasures);
        if (targets.putIfAbsent(spec.target(), target) != null) {
            throw ScsiError.ALREADY_EXPORTED.error(
                    "Target " + spec.target() + " cannot be exported",
                    "this node exports a target of that name already",
                    "take the other export away first");
        }
        return target;
    }

    void remove(Target target) {
        targets.remove(target.spec().target(), target);
        target.close();
    }

    /** Runs a copy in the background; false if there are as many as there may be. */
    boolean beside(Runnable copy) {
        if (!copies.tryAcquire()) {
            return false;
        }
        Thread.ofPlatform().daemon().name("scsi-copy").start(() -> {
            try {
                copy.run();
            } finally {
                copies.release();
            }
        });
        return true;
    }

    Collection<Target> all() {
        return targets.values();
    }
}
