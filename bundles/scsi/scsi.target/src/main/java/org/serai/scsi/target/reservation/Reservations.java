package org.serai.scsi.target.reservation;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is registered and reserved of a logical unit (SPC-4, reservations). Immutable: {@link Change} makes the next one.
 *
 * @param generation PRGENERATION, 32 bits
 * @param aptpl whether it survives the loss of power, as the last registration said
 * @param keys the reservation key of each registered nexus, ordered by nexus
 * @param everywhere the initiator ports that are registered at every target port (ALL_TG_PT), those to come included
 * @param reservation the persistent reservation, if there is one
 */
public record Reservations(
        long generation,
        boolean aptpl,
        Map<NexusId, Long> keys,
        Set<String> everywhere,
        Optional<Reservation> reservation) {
    /** Nothing is registered. */
    public static final Reservations NONE = new Reservations(0, false, Map.of(), Optional.empty());

    /** Keeps a copy of the keys. */
    public Reservations {
        keys = Collections.unmodifiableMap(new TreeMap<>(keys));
        everywhere = Set.copyOf(everywhere);
    }

    /** Of nexuses that are registered each by itself. */
    public Reservations(long generation, boolean aptpl, Map<NexusId, Long> keys, Optional<Reservation> reservation) {
        this(generation, aptpl, keys, Set.of(), reservation);
    }

    /** The same with those who are registered everywhere registered at these target ports too, as far as there is room. */
    Reservations extendedTo(Collection<Integer> targetPorts) {
        Map<NexusId, Long> extended = new TreeMap<>(keys);
        keys.forEach((nexus, key) -> {
            if (everywhere.contains(nexus.initiatorPort())) {
                for (int port : targetPorts) {
                    if (extended.size() < Change.MAX_REGISTRATIONS) {
                        extended.putIfAbsent(new NexusId(nexus.initiatorPort(), port), key);
                    }
                }
            }
        });
        return new Reservations(generation, aptpl, extended, everywhere, reservation);
    }

    boolean isRegistered(NexusId nexus) {
        return keys.containsKey(nexus);
    }

    /** Whether the nexus holds the reservation. */
    boolean isHeldBy(NexusId nexus) {
        if (reservation.isEmpty()) {
            return false;
        }
        Reservation held = reservation.get();
        return held.type().allHold() ? isRegistered(nexus) : held.holder().equals(nexus);
    }

    /**
     * Whether a command of the nexus is allowed beside the reservation.
     *
     * @param startsOnly whether a {@link Access#START} starts the unit and does nothing else
     */
    boolean admits(NexusId nexus, Access access, boolean startsOnly) {
        if (reservation.isEmpty() || isHeldBy(nexus)) {
            return true;
        }
        Type type = reservation.get().type();
        boolean asHolder = type.registrantsHaveAccess() && isRegistered(nexus);
        return switch (access) {
            case NONE, STATE, PERSISTENT_RESERVE, RESERVE_RELEASE -> true;
            case START -> startsOnly || asHolder;
            case READ -> type.othersRead() || asHolder;
            case WRITE -> asHolder;
        };
    }

    /** What is left when the LU lost power. */
    public Reservations afterPowerLoss() {
        return aptpl ? new Reservations(0, true, keys, everywhere, reservation) : NONE;
    }
}
