package org.serai.scsi.target.export;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.ExportSpec.Identity;
import org.serai.scsi.Paths;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.Targets.Admission;
import org.serai.scsi.spi.Targets.Portal;
import org.serai.scsi.spi.Targets.Redirection;
import org.serai.scsi.target.command.Executor;
import org.serai.scsi.target.command.LunAddress;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.Forwarded;
import org.serai.scsi.target.reservation.Guard;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.ReservationStore;

/** A live target: its units, and the nexuses that are open to it. */
final class Target {
    private final ExportSpec spec;
    private final List<DiskUnit> units;
    private final Set<TargetNexus> nexuses = ConcurrentHashMap.newKeySet();

    /** What initiators set is kept in the stores; that of an LU that can only be read, nowhere: its owner is another. */
    Target(ExportSpec spec, ReservationStore reservations, UnitStore states, Semaphore erasures) {
        this.spec = spec;
        this.units = spec.disks().stream()
                .map(disk -> unit(spec, disk, reservations, states, erasures))
                .toList();
    }

    private static DiskUnit unit(
            ExportSpec spec, Disk disk, ReservationStore reservations, UnitStore states, Semaphore erasures) {
        boolean reads = disk.lu().isReadOnly();
        ReservationStore its = reads ? ReservationStore.NOWHERE : reservations;
        UnitStore state = reads ? UnitStore.NOWHERE : states;
        Guard guard =
                new Guard(disk.serial(), disk.lu()::epoch, its, spec.port().identity());
        return new DiskUnit(disk, spec.port().number(), guard, state, erasures, spec.paths());
    }

    ExportSpec spec() {
        return spec;
    }

    boolean sees(String initiator) {
        return spec.initiator().map(initiator::equals).orElse(true)
                && spec.paths().map(Paths::isShown).orElse(true);
    }

    /** How an initiator is let in, or where it is sent. */
    Admission admission() {
        Optional<Redirection> elsewhere =
                spec.paths().flatMap(Paths::redirection).map(portal -> new Redirection(portal, false));
        return new Admission(spec.chap(), spec.port().number(), elsewhere);
    }

    /** The portals of the other nodes that show it. */
    List<Portal> otherPortals() {
        return spec.paths().stream()
                .flatMap(paths -> paths.groups().stream()
                        .filter(group ->
                                group.id() != paths.here() && !group.portal().isEmpty()))
                .map(group -> new Portal(group.portal(), group.id()))
                .toList();
    }

    int sessions() {
        return nexuses.size();
    }

    TargetNexus open(String initiator, String initiatorPort, NexusOwner owner) {
        String port = spec.port().identity() == Identity.PORT ? initiatorPort : initiator;
        NexusId id = new NexusId(port, spec.port().number());
        UnitNexus[] seen = new UnitNexus[units.size()];
        for (int lun = 0; lun < seen.length; lun++) {
            seen[lun] = units.get(lun).open(seen.length, id, aborter(owner, lun));
        }
        TargetNexus nexus = new TargetNexus(this, initiator, initiatorPort, seen, owner);
        nexuses.add(nexus);
        return nexus;
    }

    /** An initiator may have addressed the LUN in either of two ways. */
    private static Runnable aborter(NexusOwner owner, int lun) {
        return () -> {
            owner.abort(LunAddress.encode(lun));
            owner.abort(LunAddress.encodeFlat(lun));
        };
    }

    /** A nexus of that initiator, of that port of it if there is one. */
    Optional<TargetNexus> nexus(String initiator, String initiatorPort) {
        return nexuses.stream()
                .filter(nexus -> nexus.initiator().equals(initiator))
                .max(Comparator.comparing(nexus -> nexus.initiatorPort().equals(initiatorPort)));
    }

    void lost(TargetNexus nexus) {
        nexuses.remove(nexus);
    }

    int units() {
        return units.size();
    }

    /** Lets no command for the media in, and returns when none is executing. */
    void pause() {
        units.forEach(DiskUnit::pause);
    }

    void resume() {
        units.forEach(DiskUnit::resume);
    }

    void dropSessions() {
        nexuses.forEach(TargetNexus::end);
    }

    void dropSessionsBut(TargetNexus one) {
        nexuses.stream().filter(each -> each != one).forEach(TargetNexus::end);
    }

    void lookForPorts() {
        units.forEach(DiskUnit::lookForPorts);
    }

    void lookAtSpace() {
        units.forEach(DiskUnit::lookAtSpace);
    }

    byte[] forwarded(byte[] request) {
        DiskUnit unit = units.getFirst();
        return unit.forwarded(request, (nexus, cdb, dataOut) -> Executor.executePassed(unit, nexus, cdb, dataOut));
    }

    void hear(byte[] news) {
        Forwarded.hear(news, units.getFirst());
    }

    void writeThrough(boolean now) {
        units.forEach(unit -> unit.writeThrough(now));
    }

    void accessChanged() {
        units.forEach(DiskUnit::accessChanged);
    }

    /** Waits for commands in execution, lets no further one in, and tells the transports. */
    void close() {
        pause();
        dropSessions();
    }
}
