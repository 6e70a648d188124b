package org.serai.scsi.target.lu;

import java.util.UUID;

/** The name of an LU that initiators find it by on all of its paths. */
public final class DeviceName {
    private static final long NAA_LOCALLY_ASSIGNED = 3L << 60;

    private DeviceName() {}

    /** A locally assigned NAA identifier (SPC-4): 60 bits folded from the UUID, free of its version bits. */
    public static long naa(UUID serial) {
        long folded = serial.getMostSignificantBits() ^ Long.rotateLeft(serial.getLeastSignificantBits(), 17);
        return NAA_LOCALLY_ASSIGNED | folded & (1L << 60) - 1;
    }
}
