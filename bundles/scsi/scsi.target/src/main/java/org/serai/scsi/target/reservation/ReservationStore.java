package org.serai.scsi.target.reservation;

import java.util.List;
import java.util.UUID;

/** Where the reservations of LUs are kept. */
public interface ReservationStore {
    /**
     * An export of an LU begins: what is kept of it, without what the loss of power has ended.
     *
     * @param epoch of the lock by which this node has it open
     * @throws org.serai.ffdc.SeraiException {@link org.serai.storage.StorageError#STALE} if that lock is no longer held, or
     *     what the VIOS DB says
     */
    Reservations load(UUID lu, long epoch);

    /** Keeps the next state of an LU, all of it or nothing; fails as {@link #load}. */
    void save(UUID lu, long epoch, Reservations next);

    /** Whether anything is kept (PTPL_C; SPC-4, REPORT CAPABILITIES). */
    boolean keeps();

    /** The relative target port identifiers under which LUs can be reached, for ALL_TG_PT. */
    List<Integer> targetPorts();

    /** For what is not kept: the reservations of such an export end with it. */
    ReservationStore NOWHERE = new ReservationStore() {
        @Override
        public Reservations load(UUID lu, long epoch) {
            return Reservations.NONE;
        }

        @Override
        public void save(UUID lu, long epoch, Reservations next) {
            // the guard has it in memory, which is all that is promised
        }

        @Override
        public boolean keeps() {
            return false;
        }

        @Override
        public List<Integer> targetPorts() {
            return List.of();
        }
    };
}
