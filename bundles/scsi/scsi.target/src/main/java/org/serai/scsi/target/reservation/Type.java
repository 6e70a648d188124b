package org.serai.scsi.target.reservation;

import java.util.Arrays;
import java.util.Optional;

/** Types of persistent reservations (SPC-4). */
public enum Type {
    /** Only the holder writes. */
    WRITE_EXCLUSIVE(1, true, Circle.HOLDER),
    /** Only the holder reads and writes. */
    EXCLUSIVE_ACCESS(3, false, Circle.HOLDER),
    /** Only registered nexuses write. */
    WRITE_EXCLUSIVE_REGISTRANTS_ONLY(5, true, Circle.REGISTRANTS),
    /** Only registered nexuses read and write. */
    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY(6, false, Circle.REGISTRANTS),
    /** Only registered nexuses write, each of which holds the reservation. */
    WRITE_EXCLUSIVE_ALL_REGISTRANTS(7, true, Circle.ALL_HOLDERS),
    /** Only registered nexuses read and write, each of which holds the reservation. */
    EXCLUSIVE_ACCESS_ALL_REGISTRANTS(8, false, Circle.ALL_HOLDERS);

    private final int code;
    private final boolean othersRead;
    private final Circle circle;

    /** Who has access. */
    private enum Circle {
        HOLDER,
        REGISTRANTS,
        ALL_HOLDERS
    }

    Type(int code, boolean othersRead, Circle circle) {
        this.code = code;
        this.othersRead = othersRead;
        this.circle = circle;
    }

    /** As in the TYPE field. */
    public int code() {
        return code;
    }

    /** Whether everybody reads. */
    boolean othersRead() {
        return othersRead;
    }

    /** Whether every registered nexus has the access that the holder has. */
    boolean registrantsHaveAccess() {
        return circle != Circle.HOLDER;
    }

    /** Whether every registered nexus is a holder. */
    boolean allHold() {
        return circle == Circle.ALL_HOLDERS;
    }

    /** The type with that code. */
    public static Optional<Type> of(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
