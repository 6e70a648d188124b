package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.serai.partition.LparState;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;

class LparStateTest {
    private static final UUID ID = new UUID(1, 2);

    private static LparRow row(LparState state) {
        return new LparRow(ID, "web", 1, state, Optional.empty(), 5, "memory", "", 1, 1, "k", "s", "i", "s", "");
    }

    private static Optional<ImageRow> image(long epoch) {
        return Optional.of(new ImageRow(ID, new UUID(3, 4), epoch, new UUID(5, 6), 1, 1, "00", "{}"));
    }

    @ParameterizedTest
    @EnumSource
    void everyStateLeadsBackToStopped(LparState from) {
        Set<LparState> reached = EnumSet.noneOf(LparState.class);
        ArrayDeque<LparState> open = new ArrayDeque<>(Set.of(from));
        while (!open.isEmpty()) {
            open.pop().next().stream().filter(reached::add).forEach(open::push);
        }
        assertThat(reached).contains(LparState.STOPPED, LparState.RUNNING);
    }

    @ParameterizedTest
    @EnumSource
    void whatADeadNodeLeftIsSettledByAStepThatIsAllowed(LparState found) {
        for (Optional<ImageRow> image : java.util.List.of(Optional.<ImageRow>empty(), image(5), image(4))) {
            LparState settled = Settlement.outcome(row(found), image);
            assertThat(settled).isIn(LparState.STOPPED, LparState.HIBERNATED);
            assertThat(settled == found || found.next().contains(settled)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HIBERNATED", "RESUMING"})
    void onlyAnImageOfThePartitionsOwnEpochKeepsItAsleep(LparState found) {
        assertThat(Settlement.outcome(row(found), image(5))).isEqualTo(LparState.HIBERNATED);
        assertThat(Settlement.outcome(row(found), image(4))).isEqualTo(LparState.STOPPED);
        assertThat(Settlement.outcome(row(found), Optional.empty())).isEqualTo(LparState.STOPPED);
    }
}
