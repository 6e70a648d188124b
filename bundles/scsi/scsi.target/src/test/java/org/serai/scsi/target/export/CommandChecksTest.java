package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused since the unit says that it does not have it. */
class CommandChecksTest extends ScsiRig {
    private static final String UNMAP_ONE = "42 00 00 00 00 00 00 00 18 00";

    private static byte[] unmapOne() {
        return ByteBuffer.allocate(24)
                .putShort(0, (short) 22)
                .putShort(2, (short) 16)
                .putInt(16, 1)
                .array();
    }

    /** NORMACA of the standard INQUIRY data is zero. */
    @ParameterizedTest
    @CsvSource({
        "00 00 00 00 00 04, 5",
        "28 00 00 00 00 00 00 00 01 04, 9",
        "a0 00 00 00 00 00 00 00 01 00 00 04, 11",
        "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 04, 15"
    })
    void anAutoContingentAllegianceIsRefused(String cdb, int control) {
        run(0, cdb);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(ByteBuffer.wrap(task.sense()).getShort(16)).isEqualTo((short) control);
        assertThat(task.sense()[15]).as("of the CDB, at bit 2").isEqualTo((byte) 0xCA);
    }

    @Test
    void aUnitThatGivesNothingBackHasNoUnmap() {
        run(0, UNMAP_ONE, unmapOne());
        assertThat(task.status()).isZero();
        lu.keepsSpace();
        run(0, UNMAP_ONE, unmapOne());
        assertThat(sense()).containsExactly(5, 0x20, 0);
        assertThat(run(0, "a3 0c 01 42 00 00 00 00 01 00 00 00")[1] & 7).isEqualTo(1);
        byte[] all = run(0, "a3 0c 00 00 00 00 00 00 20 00 00 00");
        for (int at = 4; at < all.length; at += 8) {
            assertThat(all[at]).isNotEqualTo((byte) 0x42);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"41 %s 00 00 00 00 00 00 01 00", "93 %s 00 00 00 00 00 00 00 00 00 00 00 01 00 00"})
    void aUnitThatGivesNothingBackRefusesWriteSameThatUnmaps(String writeSame) {
        run(0, writeSame.formatted("08"), filled(1, 0));
        assertThat(task.status()).isZero();
        lu.keepsSpace();
        run(0, writeSame.formatted("08"), filled(1, 0));
        assertThat(sense()).containsExactly(5, 0x24, 0);
        run(0, writeSame.formatted("00"), filled(1, 0));
        assertThat(task.status()).isZero();
    }

    @Test
    void aParameterListOfReservationsThatIsTooLongIsRefused() {
        run(0, "5f 00 00 00 00 00 02 00 01 00", new byte[128 * 1024 + 1]);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
    }
}
