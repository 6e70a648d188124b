package org.serai.storage.core.redundancy;

import org.serai.storage.RedundantLu.State;

/**
 * How the sides stand.
 *
 * @param state as it is durably known
 * @param primary whether the primary takes part: every change goes to it
 * @param copy whether the copy does
 */
record Standing(State state, boolean primary, boolean copy) {
    /** The side that holds everything; of two that do, the primary. */
    SideName lead() {
        boolean copyLeads = state == State.PRIMARY_BEHIND || state == State.SYNCHRONOUS && !primary;
        return copyLeads ? SideName.COPY : SideName.PRIMARY;
    }

    boolean has(SideName side) {
        return side == SideName.PRIMARY ? primary : copy;
    }

    Standing without(SideName side, State now) {
        return new Standing(now, primary && side != SideName.PRIMARY, copy && side != SideName.COPY);
    }

    Standing with(SideName side) {
        return new Standing(state, primary || side == SideName.PRIMARY, copy || side == SideName.COPY);
    }

    Standing in(State now) {
        return new Standing(now, primary, copy);
    }
}
