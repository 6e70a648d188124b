package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mode parameters of a unit, those that rule and the saved ones. They follow the LU to whichever node serves it. */
final class UnitModes {
    private static final Logger LOG = LoggerFactory.getLogger(UnitModes.class);

    private final String name;
    private final KeptState kept;
    private volatile Modes now = Modes.DEFAULT;
    private volatile Modes saved = Modes.DEFAULT;
    private boolean writeThrough;

    UnitModes(String name, KeptState kept) {
        this.name = name;
        this.kept = kept;
    }

    Modes now() {
        return now;
    }

    UnitState seen() {
        return new UnitState(Erasing.NOTHING, Optional.of(now), saved);
    }

    /** As {@link DiskUnit#writeThrough}; whether that is new. */
    synchronized boolean writeThrough(boolean is) {
        if (is == writeThrough) {
            return false;
        }
        writeThrough = is;
        now = effective(now.writeCache(saved.writeCache()));
        return true;
    }

    /** A write cache that would be lost with a node does not follow. */
    private Modes effective(Modes wanted) {
        return wanted.writeCache(wanted.writeCache() && !writeThrough);
    }

    /** What is found of the unit rules; whether initiators have to be told. */
    synchronized boolean adopt(UnitState state) {
        saved = state.saved();
        Modes wanted = state.modes().orElse(saved);
        Modes next = effective(wanted);
        boolean others = !next.equals(now) || state.modes().isPresent() && !next.equals(wanted);
        now = next;
        return others;
    }

    /** As {@link DiskUnit#modes(Modes, boolean)}. */
    synchronized boolean set(Modes next, boolean save) {
        kept.change(state -> state.modes(Optional.of(next), save ? next : state.saved()));
        boolean changes = !now.equals(next);
        now = next;
        if (save) {
            saved = next;
        }
        return changes;
    }

    /** After a reset the saved mode parameters rule. */
    synchronized void reset() {
        now = effective(saved);
        try {
            kept.change(state -> state.modes(Optional.empty(), saved));
        } catch (SeraiException e) {
            LOG.warn("LU {}: another node may find the mode parameters before the reset: {}", name, e.getMessage());
        }
    }
}
