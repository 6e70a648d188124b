package org.serai.scsi.target.lu;

import java.util.Optional;

/**
 * What is kept of a unit beside its reservations, wherever it is served next.
 *
 * @param modes the mode parameters that rule; empty if nobody has changed one since the unit had power
 * @param saved the mode parameters that rule after the next loss of power
 */
public record UnitState(Erasing erasing, Optional<Modes> modes, Modes saved) {
    /** Of a unit that nobody has changed. */
    public static final UnitState NEW = new UnitState(Erasing.NOTHING, Optional.empty(), Modes.DEFAULT);

    UnitState erasing(Erasing now) {
        return new UnitState(now, modes, saved);
    }

    UnitState modes(Optional<Modes> now, Modes nextSaved) {
        return new UnitState(erasing, now, nextSaved);
    }

    /** What is left when the unit lost power: the saved mode parameters rule. */
    public UnitState afterPowerLoss() {
        return new UnitState(erasing, Optional.empty(), saved);
    }
}
