package org.serai.scsi.target.command;

/** Status codes (SAM-5). */
public final class Status {
    /** The command is done. */
    public static final int GOOD = 0x00;
    /** Sense data tells what is wrong. */
    public static final int CHECK_CONDITION = 0x02;
    /** The LU cannot take the command now; the initiator tries again. */
    public static final int BUSY = 0x08;
    /** Another nexus has reserved the LU. */
    public static final int RESERVATION_CONFLICT = 0x18;

    private Status() {}
}
