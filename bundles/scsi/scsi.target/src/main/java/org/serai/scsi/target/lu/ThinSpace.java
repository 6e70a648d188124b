package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpace;

/** The space below a thin unit (SBC-3): what is left of it for all, what the unit has, and its thresholds. */
public final class ThinSpace {
    /** THRESHOLD EXPONENT (SBC-3): a threshold set is 2 to this power of logical blocks. */
    public static final int THRESHOLD_EXPONENT = 15;

    /** A threshold set. */
    public static final long SET_BYTES = (long) OpenLu.BLOCK_BYTES << THRESHOLD_EXPONENT;

    private static final long MAX_COUNT = 0xFFFF_FFFFL;

    private final OpenLu lu;
    private boolean fewAreLeft;
    private boolean manyAreUsed;

    ThinSpace(OpenLu lu) {
        this.lu = lu;
    }

    /** The available LBA mapping resources, shared with other units; empty if that is not known. */
    public Optional<Long> available() {
        return lu.givesBack() ? lu.poolSpace().map(PoolSpace::freeBytes).map(ThinSpace::sets) : Optional.empty();
    }

    /** The used LBA mapping resources, which are the unit's own. */
    public long used() {
        return sets(lu.usedBytes() + SET_BYTES - 1);
    }

    private static long sets(long bytes) {
        return Math.min(bytes / SET_BYTES, MAX_COUNT);
    }

    /** Whether a threshold has been reached that was not at the last look. */
    synchronized boolean look(Modes modes) {
        boolean few = modes.available().enabled()
                && available().filter(left -> left <= modes.available().count()).isPresent();
        boolean many = modes.used().enabled() && used() >= modes.used().count();
        boolean reached = few && !fewAreLeft || many && !manyAreUsed;
        fewAreLeft = few;
        manyAreUsed = many;
        return reached;
    }
}
