package org.serai.storage.extent.pv;

import java.util.Locale;

/** Sizes as people read them. */
public final class Sizes {
    private static final String UNITS = "KMGTPE";

    private Sizes() {}

    /** With the unit that fits; exact below 1 KiB. */
    public static String human(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        int unit = Math.min(UNITS.length(), (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return String.format(Locale.ROOT, "%.1f %siB", bytes / Math.pow(2, 10.0 * unit), UNITS.charAt(unit - 1));
    }
}
