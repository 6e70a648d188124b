package org.serai.scsi.target.lu;

import java.util.List;

/**
 * Mode parameters that can be changed.
 *
 * @param writeCache WCE of the caching mode page (SBC-3); without it every write is flushed before its status
 * @param softwareWriteProtect SWP of the control mode page (SPC-4)
 * @param descriptorSense D_SENSE of the control page: sense data in descriptor format
 * @param available the threshold of what is left for the unit (SBC-3, logical block provisioning mode page)
 * @param used the threshold of what it uses
 */
public record Modes(
        boolean writeCache,
        boolean softwareWriteProtect,
        boolean descriptorSense,
        Threshold available,
        Threshold used) {
    /** What nobody has changed. */
    public static final Modes DEFAULT = new Modes(true, false, false);

    private static final String WCE = "WCE";
    private static final String SWP = "SWP";
    private static final String D_SENSE = "D_SENSE";
    private static final int FLAGS = 3;

    /** Without thresholds. */
    public Modes(boolean writeCache, boolean softwareWriteProtect, boolean descriptorSense) {
        this(writeCache, softwareWriteProtect, descriptorSense, Threshold.NONE, Threshold.NONE);
    }

    /** What {@link #text} wrote. */
    public static Modes of(String text) {
        List<String> words = List.of(text.split(" "));
        return new Modes(
                words.contains(WCE),
                words.contains(SWP),
                words.contains(D_SENSE),
                Threshold.of(words, FLAGS),
                Threshold.of(words, FLAGS + 1));
    }

    /** The names of the bits that are set, as the standards call them, and the thresholds. */
    public String text() {
        String flags = String.join(
                " ", writeCache ? WCE : "-", softwareWriteProtect ? SWP : "-", descriptorSense ? D_SENSE : "-");
        return flags + " " + available.text() + " " + used.text();
    }

    /** The same with that WCE. */
    public Modes writeCache(boolean now) {
        return new Modes(now, softwareWriteProtect, descriptorSense, available, used);
    }

    /** The same with that SWP and D_SENSE. */
    public Modes control(boolean protect, boolean descriptor) {
        return new Modes(writeCache, protect, descriptor, available, used);
    }

    /** The same with those thresholds. */
    public Modes thresholds(Threshold left, Threshold own) {
        return new Modes(writeCache, softwareWriteProtect, descriptorSense, left, own);
    }
}
