package org.serai.scsi.target.lu;

import java.util.concurrent.atomic.AtomicReference;
import org.serai.scsi.target.sense.SenseCode;

/** An I_T_L nexus (SAM-5, 4.7): one unit as one initiator port sees it, with the unit attention that is pending for it. */
public final class UnitNexus {
    private final DiskUnit unit;
    private final int units;
    private final AtomicReference<SenseCode> attention;

    /**
     * A new nexus, with the unit attention that follows a power on.
     *
     * @param units how many units the target has, at LUNs from 0
     */
    public UnitNexus(DiskUnit unit, int units) {
        this.unit = unit;
        this.units = units;
        this.attention = new AtomicReference<>(SenseCode.POWER_ON_OCCURRED);
    }

    /** The unit. */
    public DiskUnit unit() {
        return unit;
    }

    /** How many units the target has. */
    public int units() {
        return units;
    }

    /** Whether a unit attention is pending. */
    public boolean hasAttention() {
        return attention.get() != SenseCode.NO_SENSE;
    }

    /** Takes the pending unit attention away; {@link SenseCode#NO_SENSE} if there is none. */
    public SenseCode takeAttention() {
        return attention.getAndSet(SenseCode.NO_SENSE);
    }

    /** Establishes a unit attention; a power on that is still pending says more and stays (SAM-5, 5.14.1). */
    public void attend(SenseCode code) {
        attention.updateAndGet(pending -> pending == SenseCode.POWER_ON_OCCURRED ? pending : code);
    }
}
