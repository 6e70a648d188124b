package org.serai.scsi.target.export;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.scsi.target.lu.Peers;
import org.serai.scsi.target.lu.UnitNexus;

/**
 * What an initiator reaches beside a unit: the other units of the target, and those of other targets that it is logged in
 * to, by whichever of its ports: Linux has one for each session. Who has not proven itself reaches no further target than those that are for anybody.
 */
record NodePeers(TargetRegistry registry, TargetNexus own) implements Peers {
    @Override
    public Optional<Reached> reach(Predicate<UUID> serial) {
        return own.unit(serial).or(() -> elsewhere(serial)).flatMap(NodePeers::entered);
    }

    @Override
    public boolean beside(Runnable work) {
        return registry.beside(work);
    }

    private Optional<UnitNexus> elsewhere(Predicate<UUID> serial) {
        return registry.all().stream()
                .filter(each -> each != own.target() && mayReach(each))
                .flatMap(each -> each.nexus(own.initiator(), own.initiatorPort()).stream())
                .flatMap(nexus -> nexus.unit(serial).stream())
                .findFirst();
    }

    /** A unit is reached where this node has its LU open. */
    private static Optional<Reached> entered(UnitNexus nexus) {
        return nexus.unit().enter() ? Optional.of(new Reached(nexus, nexus.unit()::leave)) : Optional.empty();
    }

    private boolean mayReach(Target other) {
        Optional<String> initiator = other.spec().initiator();
        return initiator.isEmpty() || initiator.equals(own.target().spec().initiator());
    }
}
