package org.serai.scsi.target.export;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.scsi.target.lu.Peers;
import org.serai.scsi.target.lu.UnitNexus;

/**
 * What an initiator port reaches beside a unit: the other units of the target, and those of other targets that it is
 * logged in to. Who has not proven itself reaches no further target than those that are for anybody.
 */
record NodePeers(TargetRegistry registry, TargetNexus own) implements Peers {
    private static final Runnable NOTHING = () -> {};

    @Override
    public Optional<Reached> reach(Predicate<UUID> serial) {
        // the gate of its own target is held by the command that asks
        Optional<UnitNexus> here = own.unit(serial);
        if (here.isPresent()) {
            return here.map(unit -> new Reached(unit, NOTHING));
        }
        for (Target each : registry.all()) {
            if (each != own.target() && mayReach(each)) {
                Optional<UnitNexus> there = each.nexus(own.initiatorPort()).flatMap(nexus -> nexus.unit(serial));
                if (there.isPresent() && each.gate().enter()) {
                    return Optional.of(new Reached(there.get(), each.gate()::leave));
                }
            }
        }
        return Optional.empty();
    }

    private boolean mayReach(Target other) {
        Optional<String> initiator = other.spec().initiator();
        return initiator.isEmpty() || initiator.equals(own.target().spec().initiator());
    }
}
