package org.serai.scsi.target.export;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.SenseCode;

/** A live target: its units, and the nexuses that are open to it. */
final class Target {
    private final ExportSpec spec;
    private final List<DiskUnit> units;
    private final Gate gate = new Gate();
    private final Set<TargetNexus> nexuses = ConcurrentHashMap.newKeySet();

    Target(ExportSpec spec) {
        this.spec = spec;
        this.units = spec.disks().stream().map(DiskUnit::new).toList();
    }

    ExportSpec spec() {
        return spec;
    }

    Gate gate() {
        return gate;
    }

    boolean sees(String initiator) {
        return spec.initiator().map(initiator::equals).orElse(true);
    }

    int sessions() {
        return nexuses.size();
    }

    TargetNexus open(String initiatorPort, Runnable closed) {
        UnitNexus[] seen =
                units.stream().map(unit -> new UnitNexus(unit, units.size())).toArray(UnitNexus[]::new);
        TargetNexus nexus = new TargetNexus(this, initiatorPort, seen, closed);
        nexuses.add(nexus);
        return nexus;
    }

    void lost(TargetNexus nexus) {
        nexuses.remove(nexus);
    }

    /** A reset by a nexus is a unit attention for all others (SAM-5, 6.3.3). */
    void reset(int lun, TargetNexus by) {
        units.get(lun).stopped(false);
        nexuses.stream()
                .filter(nexus -> nexus != by)
                .forEach(nexus -> nexus.unit(lun).attend(SenseCode.BUS_DEVICE_RESET_OCCURRED));
    }

    int units() {
        return units.size();
    }

    /** Waits for commands in execution, lets no further one in, and tells the transports. */
    void close() {
        gate.close();
        nexuses.forEach(TargetNexus::end);
    }
}
