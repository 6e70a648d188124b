package org.serai.scsi.target.reservation;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ExportSpec.Identity;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.storage.StorageError;

/**
 * Knows who may do what with a unit, and executes the commands that change it. What is registered and reserved is written
 * first, then it rules, then others are told; a command looks at one volatile field. RESERVE and RELEASE (SPC-2) are in
 * memory only, for their reservation ends with the session.
 */
public final class Guard {
    private static final byte[] NOTHING = {};

    private final UUID lu;
    private final LongSupplier epoch;
    private final ReservationStore store;
    private final Identity identity;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State state = new State(Reservations.NONE, Optional.empty());

    /** What was tried last may have been written though it failed; it is written over before anything else. */
    private boolean unsure;

    /** What rules now; {@code free} if nothing is in anybody's way. */
    private record State(Reservations persistent, Optional<NexusId> simple, boolean free) {
        State(Reservations persistent, Optional<NexusId> simple) {
            this(persistent, simple, persistent.reservation().isEmpty() && simple.isEmpty());
        }
    }

    /**
     * Nothing is in anybody's way until {@link #load}.
     *
     * @param epoch of the lock by which this node has it open, now
     * @param identity what makes an initiator the same one
     */
    public Guard(UUID lu, LongSupplier epoch, ReservationStore store, Identity identity) {
        this.lu = lu;
        this.epoch = epoch;
        this.store = store;
        this.identity = identity;
    }

    /** Has rule what is kept of the LU, which this node has open from now on. */
    public void load() {
        changing.lock();
        try {
            state = new State(store.load(lu, epoch.getAsLong()), Optional.empty());
            unsure = false;
        } finally {
            changing.unlock();
        }
        extend();
    }

    /** Registers who is registered everywhere (ALL_TG_PT) at target ports that there are now and were not then. */
    public void extend() {
        if (identity == Identity.INITIATOR || state.persistent.everywhere().isEmpty()) {
            return;
        }
        changing.lock();
        try {
            Reservations before = state.persistent;
            Reservations next = before.extendedTo(store.targetPorts());
            if (!next.equals(before)) {
                write(before, next);
                state = new State(next, state.simple);
            }
        } finally {
            changing.unlock();
        }
    }

    /**
     * Another node has the LU from now on: what it keeps is in nobody's way here.
     *
     * @return whose reservation by RESERVE has ended by that
     */
    public Optional<NexusId> unload() {
        changing.lock();
        try {
            Optional<NexusId> simple = state.simple;
            state = new State(Reservations.NONE, Optional.empty());
            return simple;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Whether a command of the nexus is allowed now. On the way of every command: no lock, no allocation.
     *
     * @param startsOnly whether a {@link Access#START} starts the unit and does nothing else
     */
    public boolean admits(NexusId nexus, Access access, boolean startsOnly) {
        State now = state;
        if (now.free) {
            return true;
        }
        if (now.simple.isPresent()) {
            return switch (access) {
                case NONE, RESERVE_RELEASE -> true;
                case PERSISTENT_RESERVE -> false;
                case START -> startsOnly || now.simple.get().equals(nexus);
                case STATE, READ, WRITE -> now.simple.get().equals(nexus);
            };
        }
        return now.persistent.admits(nexus, access, startsOnly);
    }

    /** What is registered and reserved. */
    public Reservations reservations() {
        return state.persistent;
    }

    /** Whether a command is one that {@link #execute} does. */
    static boolean executes(byte[] cdb) {
        return switch (cdb[0] & 0xFF) {
            case SimpleReserve.RESERVE_6,
                    SimpleReserve.RESERVE_10,
                    SimpleReserve.RELEASE_6,
                    SimpleReserve.RELEASE_10,
                    PersistentReserveIn.OPCODE,
                    PersistentReserveOut.OPCODE -> true;
            default -> false;
        };
    }

    /**
     * Executes PERSISTENT RESERVE IN or OUT, RESERVE or RELEASE: all of it, so that a node that does not own the LU can have
     * its owner do it.
     *
     * @param nexuses those of the unit
     * @return the data for the initiator, not cut
     * @throws SeraiException if it could not be written; then nothing has changed
     */
    public byte[] execute(NexusId nexus, byte[] cdb, ByteBuffer dataOut, Nexuses nexuses)
            throws CheckCondition, ReservationConflict {
        switch (cdb[0] & 0xFF) {
            case SimpleReserve.RESERVE_6, SimpleReserve.RESERVE_10 -> {
                SimpleReserve.requireSupported(cdb);
                reserve(nexus);
            }
            case SimpleReserve.RELEASE_6, SimpleReserve.RELEASE_10 -> {
                SimpleReserve.requireSupported(cdb);
                release(nexus);
            }
            case PersistentReserveIn.OPCODE -> {
                return PersistentReserveIn.data(cdb, state.persistent, store.keeps());
            }
            case PersistentReserveOut.OPCODE -> persistentReserve(nexus, cdb, dataOut, nexuses);
            default -> throw new IllegalArgumentException("no command of reservations");
        }
        return NOTHING;
    }

    private void persistentReserve(NexusId nexus, byte[] cdb, ByteBuffer dataOut, Nexuses nexuses)
            throws CheckCondition, ReservationConflict {
        var command = new PersistentReserveOut(cdb, dataOut, ports(nexus, nexuses));
        Change change;
        changing.lock();
        try {
            if (state.simple.isPresent()) {
                throw ReservationConflict.CONFLICT;
            }
            Reservations before = state.persistent;
            change = new Change(before, nexus);
            command.apply(change, store.keeps());
            write(before, change.after());
            state = new State(change.after(), Optional.empty());
            change.attentions().forEach((whom, codes) -> codes.forEach(code -> nexuses.attend(whom, code)));
        } finally {
            changing.unlock();
        }
        if (!change.aborted().isEmpty()) {
            nexuses.abort(change.aborted());
        }
    }

    private Ports ports(NexusId nexus, Nexuses nexuses) {
        Set<Integer> all = new TreeSet<>(Set.of(nexus.targetPort()));
        if (identity == Identity.PORT) {
            all.addAll(store.targetPorts());
        }
        Set<NexusId> known = new TreeSet<>(nexuses.known());
        known.addAll(state.persistent.keys().keySet());
        return new Ports(nexus, all, known, identity);
    }

    private void write(Reservations before, Reservations after) {
        if (!unsure && after.equals(before)) {
            return;
        }
        unsure = true;
        long with = epoch.getAsLong();
        try {
            store.save(lu, with, after);
        } catch (SeraiException e) {
            if (e.code() != StorageError.STALE || epoch.getAsLong() == with) {
                throw e;
            }
            // the LU was reopened under a new lock of this node's meanwhile
            store.save(lu, epoch.getAsLong(), after);
        }
        unsure = false;
    }

    /** RESERVE (SPC-2; SPC-4 with CRH). */
    private void reserve(NexusId nexus) throws ReservationConflict {
        changing.lock();
        try {
            State now = state;
            if (!now.persistent.keys().isEmpty()) {
                requireAccess(now.persistent, nexus);
            } else if (now.simple.filter(holder -> !holder.equals(nexus)).isPresent()) {
                throw ReservationConflict.CONFLICT;
            } else {
                state = new State(now.persistent, Optional.of(nexus));
            }
        } finally {
            changing.unlock();
        }
    }

    /** RELEASE (SPC-2; SPC-4 with CRH); of what another holds it changes nothing. */
    private void release(NexusId nexus) throws ReservationConflict {
        changing.lock();
        try {
            if (!state.persistent.keys().isEmpty()) {
                requireAccess(state.persistent, nexus);
            }
            endSimple(nexus);
        } finally {
            changing.unlock();
        }
    }

    /** Who has the holder's access by a persistent reservation is told that it has it; nothing changes. */
    private static void requireAccess(Reservations persistent, NexusId nexus) throws ReservationConflict {
        boolean has = persistent.reservation().isPresent() && persistent.admits(nexus, Access.WRITE, false);
        if (!has) {
            throw ReservationConflict.CONFLICT;
        }
    }

    private void endSimple(NexusId nexus) {
        if (state.simple.filter(nexus::equals).isPresent()) {
            state = new State(state.persistent, Optional.empty());
        }
    }

    /** The nexus has no session any more (SAM-5, I_T nexus loss): what it has by RESERVE ends, what is persistent stays. */
    public void lost(NexusId nexus) {
        changing.lock();
        try {
            endSimple(nexus);
        } finally {
            changing.unlock();
        }
    }

    /** The unit was reset (SAM-5, logical unit reset): what anybody has by RESERVE ends, what is persistent stays. */
    public void reset() {
        changing.lock();
        try {
            state = new State(state.persistent, Optional.empty());
        } finally {
            changing.unlock();
        }
    }
}
