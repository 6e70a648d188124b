package org.serai.scsi.target.reservation;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;

/**
 * What a PERSISTENT RESERVE OUT makes of the reservations of a unit: the next state, whom it is told to, and whose commands
 * are aborted. Pure: nothing happens before {@link Guard} has it written.
 */
final class Change {
    /** How many registrations a unit keeps. */
    static final int MAX_REGISTRATIONS = 512;

    private static final long GENERATIONS = 1L << 32;

    private final Reservations before;
    private final NexusId by;
    private final Map<NexusId, Long> keys;
    private final Map<NexusId, Set<SenseCode>> attentions = new TreeMap<>();
    private final Set<String> everywhere;
    private final Set<NexusId> aborted = new HashSet<>();
    private Optional<Reservation> reservation;
    private boolean aptpl;
    private long generation;

    /** Begins with what there is, for that nexus. */
    Change(Reservations before, NexusId by) {
        this.before = before;
        this.by = by;
        this.keys = new TreeMap<>(before.keys());
        this.everywhere = new HashSet<>(before.everywhere());
        this.reservation = before.reservation();
        this.aptpl = before.aptpl();
        this.generation = before.generation();
    }

    Reservations after() {
        return new Reservations(generation, aptpl, keys, everywhere, reservation);
    }

    /** The unit attentions that other nexuses get. */
    Map<NexusId, Set<SenseCode>> attentions() {
        return attentions;
    }

    /** Whose commands are aborted. */
    Set<NexusId> aborted() {
        return aborted;
    }

    /**
     * REGISTER, and REGISTER AND IGNORE EXISTING KEY (SPC-4, registering).
     *
     * @param ignore whether the key that is registered does not matter
     * @param also for whom the same is done (ALL_TG_PT, SPEC_I_PT); left out where by itself it would be a conflict
     * @param atAll the initiator ports for which it is done at target ports to come too
     */
    void register(boolean ignore, long key, long newKey, boolean keep, Set<NexusId> also, Set<String> atAll)
            throws CheckCondition, ReservationConflict {
        if (!ignore && before.keys().getOrDefault(by, 0L) != key) {
            throw ReservationConflict.CONFLICT;
        }
        register(by, newKey);
        for (NexusId each : also) {
            if (!each.equals(by) && (ignore || before.keys().getOrDefault(each, 0L) == key)) {
                register(each, newKey);
            }
        }
        if (newKey != 0) {
            everywhere.addAll(atAll);
        } else if (!before.isRegistered(by) && keys.equals(before.keys())) {
            // nobody is unregistered, so that nothing is done: others keep their APTPL
            return;
        }
        if (keys.size() > MAX_REGISTRATIONS) {
            throw CheckCondition.of(SenseCode.INSUFFICIENT_REGISTRATION_RESOURCES);
        }
        aptpl = keep;
        count();
    }

    /** Who is treated by itself is not registered everywhere any more. */
    private void register(NexusId nexus, long newKey) {
        everywhere.remove(nexus.initiatorPort());
        if (newKey != 0) {
            keys.put(nexus, newKey);
        } else if (keys.containsKey(nexus)) {
            unregister(nexus);
        }
    }

    /** The end of a registration ends the reservation that it holds. */
    private void unregister(NexusId nexus) {
        keys.remove(nexus);
        if (reservation.isEmpty()) {
            return;
        }
        Type type = reservation.get().type();
        if (type.allHold()) {
            holdBySomebody(type);
        } else if (reservation.get().holder().equals(nexus)) {
            reservation = Optional.empty();
            if (type.registrantsHaveAccess()) {
                tell(SenseCode.RESERVATIONS_RELEASED);
            }
        }
    }

    /** A reservation that all registrants hold lasts as long as there is one. */
    private void holdBySomebody(Type type) {
        reservation = keys.keySet().stream().findFirst().map(any -> new Reservation(type, any));
    }

    /** RESERVE. */
    void reserve(long key, Type type) throws ReservationConflict {
        requireRegistered(key);
        if (reservation.isEmpty()) {
            reservation = Optional.of(new Reservation(type, by));
        } else if (!before.isHeldBy(by) || reservation.get().type() != type) {
            throw ReservationConflict.CONFLICT;
        }
    }

    /**
     * RELEASE.
     *
     * @param type empty if the CDB names none that there is
     */
    void release(long key, Optional<Type> type) throws CheckCondition, ReservationConflict {
        requireRegistered(key);
        if (!before.isHeldBy(by)) {
            return;
        }
        Type held = before.reservation().orElseThrow().type();
        if (type.filter(held::equals).isEmpty()) {
            throw CheckCondition.of(SenseCode.INVALID_RELEASE_OF_PERSISTENT_RESERVATION);
        }
        reservation = Optional.empty();
        if (held.registrantsHaveAccess()) {
            tell(SenseCode.RESERVATIONS_RELEASED);
        }
    }

    /** CLEAR. */
    void clear(long key) throws ReservationConflict {
        requireRegistered(key);
        tell(SenseCode.RESERVATIONS_PREEMPTED);
        keys.clear();
        everywhere.clear();
        reservation = Optional.empty();
        count();
    }

    /**
     * PREEMPT, and PREEMPT AND ABORT.
     *
     * @param type of the next reservation; matters, and must not be empty, only where one is preempted
     */
    void preempt(long key, long victim, Optional<Type> type, boolean abort) throws CheckCondition, ReservationConflict {
        requireRegistered(key);
        boolean allHold =
                before.reservation().map(held -> held.type().allHold()).orElse(false);
        boolean preempts = allHold
                ? victim == 0
                : before.reservation()
                        .map(held -> before.keys().get(held.holder()) == victim)
                        .orElse(false);
        if (preempts) {
            Type next = type.orElseThrow(() -> CheckCondition.invalidField(2, 3));
            remove(other -> !other.equals(by) && (allHold || keys.get(other) == victim), abort);
            if (before.reservation().orElseThrow().type() != next) {
                tell(SenseCode.RESERVATIONS_RELEASED);
            }
            reservation = Optional.of(new Reservation(next, by));
        } else {
            if (victim == 0) {
                throw CheckCondition.invalidParameter(8);
            }
            if (!keys.containsValue(victim)) {
                throw ReservationConflict.CONFLICT;
            }
            remove(other -> keys.get(other) == victim, abort);
            if (allHold) {
                holdBySomebody(before.reservation().orElseThrow().type());
            }
        }
        count();
    }

    private void remove(Predicate<NexusId> whose, boolean abort) {
        for (NexusId nexus : before.keys().keySet()) {
            if (whose.test(nexus)) {
                if (!nexus.equals(by)) {
                    attend(nexus, SenseCode.REGISTRATIONS_PREEMPTED);
                    if (abort) {
                        aborted.add(nexus);
                    }
                }
                keys.remove(nexus);
                everywhere.remove(nexus.initiatorPort());
            }
        }
    }

    /** REGISTER AND MOVE. */
    void move(long key, long newKey, NexusId to, boolean unregister, boolean keep)
            throws CheckCondition, ReservationConflict {
        requireRegistered(key);
        if (before.reservation().isEmpty()) {
            throw CheckCondition.invalidField(1, 4);
        }
        Type type = before.reservation().get().type();
        if (type.allHold() || !before.isHeldBy(by)) {
            throw ReservationConflict.CONFLICT;
        }
        if (newKey == 0) {
            throw CheckCondition.invalidParameter(8);
        }
        if (to.equals(by)) {
            throw CheckCondition.invalidParameter(24);
        }
        keys.put(to, newKey);
        everywhere.remove(to.initiatorPort());
        reservation = Optional.of(new Reservation(type, to));
        if (unregister) {
            everywhere.remove(by.initiatorPort());
            keys.remove(by);
        }
        if (keys.size() > MAX_REGISTRATIONS) {
            throw CheckCondition.of(SenseCode.INSUFFICIENT_REGISTRATION_RESOURCES);
        }
        aptpl = keep;
        count();
    }

    boolean isRegistered() {
        return before.isRegistered(by);
    }

    void requireRegistered(long key) throws ReservationConflict {
        if (!before.isRegistered(by) || before.keys().get(by) != key) {
            throw ReservationConflict.CONFLICT;
        }
    }

    /** Tells registered nexuses but the one that changes it. */
    private void tell(SenseCode code) {
        keys.keySet().stream().filter(nexus -> !nexus.equals(by)).forEach(nexus -> attend(nexus, code));
    }

    private void attend(NexusId nexus, SenseCode code) {
        attentions.computeIfAbsent(nexus, each -> new HashSet<>()).add(code);
    }

    private void count() {
        generation = (generation + 1) % GENERATIONS;
    }
}
