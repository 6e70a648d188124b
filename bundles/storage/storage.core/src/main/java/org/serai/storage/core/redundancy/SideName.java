package org.serai.storage.core.redundancy;

import org.serai.storage.RedundantLu.State;

/** The sides of a redundant LU. */
enum SideName {
    PRIMARY,
    COPY;

    SideName other() {
        return this == PRIMARY ? COPY : PRIMARY;
    }

    /** The state in which this side is behind. */
    State behind() {
        return this == PRIMARY ? State.PRIMARY_BEHIND : State.COPY_BEHIND;
    }
}
