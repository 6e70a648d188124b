package org.serai.scsi.target.reservation;

import java.util.Set;
import org.serai.scsi.target.sense.SenseCode;

/** The nexuses of a unit that have a session now, as the guard of the unit sees them. */
public interface Nexuses {
    /** Who they are. */
    Set<NexusId> known();

    /** Establishes a unit attention for the sessions of a nexus, if it has any, or of all of a target port. */
    void attend(NexusId whom, SenseCode code);

    /**
     * Another node was asked for a reset of the unit, which this one has.
     *
     * @param through the target port of that node, which tells its nexuses by itself
     */
    void reset(int through);

    /** Aborts the commands of nexuses; those in execution have ended when this returns. */
    void abort(Set<NexusId> whose);
}
