package org.serai.scsi.target.lu;

import java.util.Optional;
import java.util.UUID;

/** Where the states of units are kept. */
public interface UnitStore {
    /**
     * A unit is served from here: what is kept of it, without what the loss of power has ended. To be asked before
     * {@link org.serai.scsi.target.reservation.ReservationStore#load}, which says that the unit has power.
     *
     * @param epoch of the lock by which this node has the LU open
     * @throws org.serai.ffdc.SeraiException {@link org.serai.storage.StorageError#STALE} if that lock is no longer held, or
     *     what the VIOS DB says
     */
    UnitState load(UUID lu, long epoch);

    /** What was last heard of a unit that another node serves; empty if nothing is kept of it. */
    Optional<UnitState> seen(UUID lu);

    /** Keeps the next state of a unit, all of it or nothing; fails as {@link #load}. */
    void save(UUID lu, long epoch, UnitState next);

    /** For what is not kept. */
    UnitStore NOWHERE = new UnitStore() {
        @Override
        public UnitState load(UUID lu, long epoch) {
            return UnitState.NEW;
        }

        @Override
        public Optional<UnitState> seen(UUID lu) {
            return Optional.empty();
        }

        @Override
        public void save(UUID lu, long epoch, UnitState next) {
            // the unit has it in memory, which is all that is promised
        }
    };
}
