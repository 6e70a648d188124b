package org.serai.scsi.target.lu;

import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** The state of one unit as it is kept. What changes is written first. */
final class KeptState {
    private final UUID lu;
    private final LongSupplier epoch;
    private final UnitStore store;
    private UnitState state = UnitState.NEW;

    /** What was tried last may have been written though it failed; it is written over before anything else. */
    private boolean unsure;

    /** @param epoch of the lock by which this node has it open, now */
    KeptState(UUID lu, LongSupplier epoch, UnitStore store) {
        this.lu = lu;
        this.epoch = epoch;
        this.store = store;
    }

    synchronized UnitState load() {
        state = store.load(lu, epoch.getAsLong());
        unsure = false;
        return state;
    }

    /** Writes what is made of the state, unless that is the same; fails as {@link UnitStore#save}, and then changes nothing. */
    synchronized UnitState change(UnaryOperator<UnitState> change) {
        UnitState next = change.apply(state);
        if (unsure || !next.equals(state)) {
            unsure = true;
            save(next);
            unsure = false;
            state = next;
        }
        return next;
    }

    private void save(UnitState next) {
        long with = epoch.getAsLong();
        try {
            store.save(lu, with, next);
        } catch (SeraiException e) {
            if (e.code() != StorageError.STALE || epoch.getAsLong() == with) {
                throw e;
            }
            // the LU was reopened under a new lock of this node's meanwhile
            store.save(lu, epoch.getAsLong(), next);
        }
    }
}
