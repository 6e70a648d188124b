package org.serai.scsi.target.reservation;

/**
 * What a command needs of an LU that another nexus has reserved: the rows of the conflict tables (SPC-4 and
 * SBC-3, commands that are allowed in the presence of various persistent reservations; for RESERVE and RELEASE SPC-2), of
 * which many are alike.
 */
public enum Access {
    /** Allowed whoever holds a reservation: INQUIRY, REPORT LUNS, REQUEST SENSE, READ CAPACITY. */
    NONE,
    /** Allowed beside every persistent reservation, and in conflict with a RESERVE: TEST UNIT READY. */
    STATE,
    /** As {@link #NONE} if it starts the unit and does nothing else, as {@link #WRITE} otherwise: START STOP UNIT. */
    START,
    /** Allowed beside Write Exclusive reservations. */
    READ,
    /** In conflict with every reservation of another, but for registered nexuses where a type gives them access. */
    WRITE,
    /** PERSISTENT RESERVE IN and OUT: in conflict with a RESERVE; beside persistent reservations they look by themselves. */
    PERSISTENT_RESERVE,
    /** RESERVE and RELEASE, which look by themselves. */
    RESERVE_RELEASE
}
