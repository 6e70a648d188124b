package org.serai.scsi.target.lu;

/**
 * The mode parameters that can be changed, as they are now; not saved, so that a reset and a new export begin with
 * {@link #DEFAULT}, but for a write cache that is off where several VIOSes show the LU.
 *
 * @param writeCache WCE of the caching page (SBC-3, 6.5.5); without it every write is flushed before its status
 * @param softwareWriteProtect SWP of the control page (SPC-4, 7.5.8)
 * @param descriptorSense D_SENSE of the control page: sense data in descriptor format
 */
public record Modes(boolean writeCache, boolean softwareWriteProtect, boolean descriptorSense) {
    /** What nobody has changed. */
    public static final Modes DEFAULT = new Modes(true, false, false);

    /** The same with that WCE. */
    public Modes writeCache(boolean now) {
        return new Modes(now, softwareWriteProtect, descriptorSense);
    }

    /** The same with that SWP and D_SENSE. */
    public Modes control(boolean protect, boolean descriptor) {
        return new Modes(writeCache, protect, descriptor);
    }
}
