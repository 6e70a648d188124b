package org.serai.storage.core.redundancy;

import java.util.Optional;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.spi.LuStore;

/**
 * What the sides of a redundant LU themselves tell of how they stand, for who has lost the database. A side writes down
 * that the other one is behind after the database knows it and before it counts on it, and takes that back before both
 * are said to be alike: so two never say it of each other.
 *
 * @param primary whether the primary says that the copy is behind; empty if it cannot be read
 * @param copy whether the copy says so of the primary
 */
public record SidesTold(Optional<Boolean> primary, Optional<Boolean> copy) {
    /** Whether an LU of intents says that the side which it is not of is behind. */
    public static Optional<Boolean> otherIsBehind(LuStore intent) {
        return IntentSectors.otherIsBehind(intent);
    }

    /** How they stand; empty if that cannot be known from them. */
    public Optional<State> state() {
        boolean copyIsBehind = primary.orElse(false);
        boolean primaryIsBehind = copy.orElse(false);
        if (copyIsBehind && primaryIsBehind) {
            return Optional.empty();
        }
        if (copyIsBehind || primaryIsBehind) {
            return Optional.of(copyIsBehind ? State.COPY_BEHIND : State.PRIMARY_BEHIND);
        }
        return primary.isPresent() && copy.isPresent() ? Optional.of(State.SYNCHRONOUS) : Optional.empty();
    }
}
