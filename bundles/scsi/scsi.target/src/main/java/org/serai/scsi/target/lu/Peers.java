package org.serai.scsi.target.lu;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** The units that an initiator reaches through this node: those a copy may read and write for it. */
@FunctionalInterface
public interface Peers {
    /** A unit whose serial number fulfils the condition; it is not taken away until what is returned is closed. */
    Optional<Reached> reach(Predicate<UUID> serial);

    /** Runs work on a thread of its own; false if there is as much of that as there may be. */
    default boolean beside(Runnable work) {
        return false;
    }

    /**
     * A unit for a while.
     *
     * @param nexus by which the initiator reaches it
     * @param end lets go of it
     */
    record Reached(UnitNexus nexus, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
