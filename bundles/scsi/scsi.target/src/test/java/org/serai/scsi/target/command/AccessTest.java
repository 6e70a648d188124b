package org.serai.scsi.target.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.serai.scsi.target.reservation.Access;

/** Each command has the row of the conflict tables that the standards give it (SPC-4 and SBC-3). */
class AccessTest {
    private static final List<Integer> READING =
            List.of(0x08, 0x28, 0x88, 0xA8, 0x2F, 0x8F, 0xAF, 0x34, 0x90, 0x1A, 0x5A, 0x37, 0xB7);
    private static final Map<Integer, Access> SPECIAL = Map.of(
            0x00, Access.STATE,
            0x1B, Access.START,
            0x03, Access.NONE,
            0x12, Access.NONE,
            0x25, Access.NONE,
            0xA0, Access.NONE,
            0x4D, Access.NONE,
            0x5E, Access.PERSISTENT_RESERVE,
            0x5F, Access.PERSISTENT_RESERVE);
    private static final List<Integer> RESERVING = List.of(0x16, 0x17, 0x56, 0x57);

    @Test
    void whatReadsIsAllowedBesideAWriteExclusiveReservation() {
        assertThat(Commands.table().rows())
                .filteredOn(row -> READING.contains(row.opcode()))
                .hasSizeGreaterThanOrEqualTo(READING.size())
                .allSatisfy(row -> assertThat(row.access()).as(row.name()).isEqualTo(Access.READ));
    }

    @Test
    void whatHasARuleOfItsOwnFollowsIt() {
        assertThat(Commands.table().rows())
                .filteredOn(row -> SPECIAL.containsKey(row.opcode()))
                .hasSizeGreaterThanOrEqualTo(SPECIAL.size())
                .allSatisfy(row -> assertThat(row.access()).as(row.name()).isEqualTo(SPECIAL.get(row.opcode())));
        assertThat(Commands.table().rows())
                .filteredOn(row -> RESERVING.contains(row.opcode()))
                .hasSize(RESERVING.size())
                .allSatisfy(row -> assertThat(row.access()).as(row.name()).isEqualTo(Access.RESERVE_RELEASE));
    }

    @Test
    void whatChangesTheMediumNeedsToBeAllowedToWrite() {
        assertThat(Commands.table().rows())
                .filteredOn(Command::writes)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.access()).as(row.name()).isEqualTo(Access.WRITE));
    }
}
