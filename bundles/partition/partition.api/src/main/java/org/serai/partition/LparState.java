package org.serai.partition;

import java.util.Set;

/** The states of a partition. */
public enum LparState {
    /** It is defined and nothing of it runs. */
    STOPPED,
    /** A node is about to run it from its disks. */
    STARTING,
    /** A node runs it. */
    RUNNING,
    /** It is paused while its state is written into an LU. */
    HIBERNATING,
    /** Its state lies in an LU and nothing of it runs. */
    HIBERNATED,
    /** A node is about to run it from its hibernation image. */
    RESUMING,
    /** It is being shut down. */
    STOPPING;

    /** The states that may follow. */
    public Set<LparState> next() {
        return switch (this) {
            case STOPPED -> Set.of(STARTING);
            case STARTING -> Set.of(RUNNING, STOPPED);
            case RUNNING -> Set.of(HIBERNATING, STOPPING, STOPPED, STARTING);
            case HIBERNATING -> Set.of(HIBERNATED, RUNNING, STOPPED);
            // RUNNING: the record was committed although its commit was reported as failed, and nothing was ended.
            case HIBERNATED -> Set.of(RESUMING, STOPPED, RUNNING);
            case RESUMING -> Set.of(RUNNING, HIBERNATED, STOPPED);
            case STOPPING -> Set.of(STOPPED, RUNNING);
        };
    }
}
