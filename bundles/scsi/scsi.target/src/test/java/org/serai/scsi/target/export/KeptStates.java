package org.serai.scsi.target.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.target.lu.UnitState;
import org.serai.scsi.target.lu.UnitStore;

/** States of units in a map, which fails as a test has told it to. */
final class KeptStates implements UnitStore {
    private final Map<UUID, UnitState> kept = new HashMap<>();
    private final List<UnitState> written = new ArrayList<>();
    private Optional<SeraiException> failure = Optional.empty();

    synchronized void failWith(SeraiException error) {
        failure = Optional.of(error);
    }

    synchronized void heal() {
        failure = Optional.empty();
    }

    /** What was written, in this order. */
    synchronized List<UnitState> written() {
        return List.copyOf(written);
    }

    synchronized void put(UUID lu, UnitState state) {
        kept.put(lu, state);
    }

    @Override
    public synchronized UnitState load(UUID lu, long epoch) {
        return kept.getOrDefault(lu, UnitState.NEW);
    }

    @Override
    public synchronized Optional<UnitState> seen(UUID lu) {
        return Optional.ofNullable(kept.get(lu));
    }

    @Override
    public synchronized void save(UUID lu, long epoch, UnitState next) {
        if (failure.isPresent()) {
            throw failure.get();
        }
        kept.put(lu, next);
        written.add(next);
    }
}
