package org.serai.scsi.target.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which commands are allowed beside a persistent reservation (SPC-4 and SBC-3). */
class ReservationsTest {
    private static final NexusId HOLDER = new NexusId("a", 1);
    private static final NexusId REGISTERED = new NexusId("b", 1);
    private static final NexusId STRANGER = new NexusId("c", 1);

    private static Reservations with(Type type) {
        return new Reservations(
                3, false, Map.of(HOLDER, 1L, REGISTERED, 2L), Optional.of(new Reservation(type, HOLDER)));
    }

    @ParameterizedTest
    @CsvSource({
        // what a registered nexus that did not reserve, and one that is not registered, may: N S T(start) R W
        "WRITE_EXCLUSIVE,                   NSTR,  NSTR",
        "EXCLUSIVE_ACCESS,                  NST,   NST",
        "WRITE_EXCLUSIVE_REGISTRANTS_ONLY,  NSTRW, NSTR",
        "EXCLUSIVE_ACCESS_REGISTRANTS_ONLY, NSTRW, NST",
        "WRITE_EXCLUSIVE_ALL_REGISTRANTS,   NSTRW, NSTR",
        "EXCLUSIVE_ACCESS_ALL_REGISTRANTS,  NSTRW, NST"
    })
    void accessIsAsTheTablesSay(Type type, String registered, String stranger) {
        assertThat(admitted(with(type), HOLDER)).isEqualTo("NSTRW");
        assertThat(admitted(with(type), REGISTERED)).isEqualTo(registered);
        assertThat(admitted(with(type), STRANGER)).isEqualTo(stranger);
    }

    private static String admitted(Reservations state, NexusId nexus) {
        String letters = "";
        letters += state.admits(nexus, Access.NONE, false) ? "N" : "";
        letters += state.admits(nexus, Access.STATE, false) ? "S" : "";
        letters += state.admits(nexus, Access.START, true) ? "T" : "";
        letters += state.admits(nexus, Access.READ, false) ? "R" : "";
        letters += state.admits(nexus, Access.WRITE, false) ? "W" : "";
        assertThat(state.admits(nexus, Access.START, false))
                .as("a stop is as a write")
                .isEqualTo(letters.endsWith("W"));
        return letters;
    }

    @Test
    void withoutAReservationEverybodyMay() {
        Reservations registered = new Reservations(1, false, Map.of(HOLDER, 1L), Optional.empty());
        assertThat(admitted(registered, STRANGER)).isEqualTo("NSTRW");
    }

    @Test
    void onlyWhatIsToBeKeptSurvivesTheLossOfPower() {
        Reservations kept = new Reservations(9, true, with(Type.WRITE_EXCLUSIVE).keys(), Optional.empty());
        assertThat(kept.afterPowerLoss()).isEqualTo(new Reservations(0, true, kept.keys(), Optional.empty()));
        assertThat(with(Type.WRITE_EXCLUSIVE).afterPowerLoss()).isEqualTo(Reservations.NONE);
    }
}
