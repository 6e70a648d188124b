package org.serai.scsi.target.lu;

/**
 * Mode parameters that can be changed.
 *
 * @param writeCache WCE of the caching page (SBC-3, 6.5.5); without it every write is flushed before its status
 * @param softwareWriteProtect SWP of the control page (SPC-4, 7.5.8)
 * @param descriptorSense D_SENSE of the control page: sense data in descriptor format
 */
public record Modes(boolean writeCache, boolean softwareWriteProtect, boolean descriptorSense) {
    /** What nobody has changed. */
    public static final Modes DEFAULT = new Modes(true, false, false);

    private static final String WCE = "WCE";
    private static final String SWP = "SWP";
    private static final String D_SENSE = "D_SENSE";

    /** What {@link #text} wrote. */
    public static Modes of(String text) {
        return new Modes(text.contains(WCE), text.contains(SWP), text.contains(D_SENSE));
    }

    /** The names of the bits that are set, as the standards call them. */
    public String text() {
        return ((writeCache ? WCE + " " : "")
                        + (softwareWriteProtect ? SWP + " " : "")
                        + (descriptorSense ? D_SENSE : ""))
                .strip();
    }

    /** The same with that WCE. */
    public Modes writeCache(boolean now) {
        return new Modes(now, softwareWriteProtect, descriptorSense);
    }

    /** The same with that SWP and D_SENSE. */
    public Modes control(boolean protect, boolean descriptor) {
        return new Modes(writeCache, protect, descriptor);
    }
}
