package org.serai.scsi.target.store;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.scsi.target.lu.Erasing;
import org.serai.scsi.target.lu.Modes;
import org.serai.scsi.target.lu.UnitState;

/** The state of a unit; see {@link Modes#text} for its mode parameters. */
@Table("scsi_state")
record StateRow(UUID id, UUID lu, Erasing erasing, Optional<String> modes, Optional<String> savedModes) {
    static StateRow of(UUID id, UUID lu, UnitState state) {
        return new StateRow(
                id,
                lu,
                state.erasing(),
                state.modes().map(Modes::text),
                Optional.of(state.saved())
                        .filter(saved -> !saved.equals(Modes.DEFAULT))
                        .map(Modes::text));
    }

    UnitState state() {
        return new UnitState(
                erasing, modes.map(Modes::of), savedModes.map(Modes::of).orElse(Modes.DEFAULT));
    }
}
