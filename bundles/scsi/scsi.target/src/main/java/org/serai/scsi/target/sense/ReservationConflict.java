package org.serai.scsi.target.sense;

/** A command ends with RESERVATION CONFLICT (SAM-5). Carries no stack trace and no sense data. */
public final class ReservationConflict extends Exception {
    private static final long serialVersionUID = 1;

    /** The one that there is. */
    public static final ReservationConflict CONFLICT = new ReservationConflict();

    private ReservationConflict() {
        super("RESERVATION CONFLICT", null, false, false);
    }
}
