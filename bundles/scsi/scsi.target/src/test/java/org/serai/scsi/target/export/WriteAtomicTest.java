package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WRITE ATOMIC(16). */
class WriteAtomicTest extends ScsiRig {
    private static String cdb(long lba, int blocks) {
        return String.format("9c 00 %016x 0000 %04x 00 00", lba, blocks);
    }

    @Test
    void storageIsAskedForAnAtomicWrite() {
        run(0, cdb(9, 7), filled(7, 3));
        assertThat(task.status()).isZero();
        assertThat(task.transferLength()).isEqualTo(7 * 512);
        assertThat(lu.atomicWrites()).isEqualTo(1);
        assertThat(lu.holds(9, 3)).isTrue();
        assertThat(lu.holds(15, 3)).isTrue();
        assertThat(lu.holds(16, 0)).isTrue();
        assertThat(lu.flushes()).isZero();
        run(0, "9c 08 0000000000000000 0000 0001 00 00", filled(1, 3));
        assertThat(lu.flushes()).as("FUA").isEqualTo(1);
        run(0, cdb(5, 0));
        assertThat(task.status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "9c 20 0000000000000000 0000 0001 00 00, 0x24, 1",
        "9c 00 0000000000000000 0004 0001 00 00, 0x24, 10",
        "9c 00 0000000000000000 0000 0009 00 00, 0x24, 12",
        "9c 00 0000000000000006 0000 0003 00 00, 0x24, 2",
        "9c 00 0000000000000008 0000 0008 00 00, 0x24, 12",
        "9c 00 000000000000003f 0000 0002 00 00, 0x21, 0",
        "9c 00 8000000000000000 0000 0001 00 00, 0x21, 0"
    })
    void whatWouldBeNoAtomicWriteIsRefused(String cdb, String asc, int field) {
        run(0, cdb, filled(3, 1));
        assertThat(sense()).containsExactly(5, Integer.decode(asc), 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
        assertThat(lu.atomicWrites()).isZero();
    }

    @Test
    void itsLimitIsTold() {
        assertThat(ByteBuffer.wrap(run(0, "12 01 b0 00 ff 00")).getInt(44)).isEqualTo(8);
        assertThat(run(0, "a3 0c 01 9c 00 00 00 00 00 ff 00 00")[1] & 7)
                .as("supported")
                .isEqualTo(3);
        int rows = run(0, "a3 0c 00 00 00 00 00 00 20 00 00 00").length;
        lu.withoutAtomicWrites();
        assertThat(run(0, "a3 0c 01 9c 00 00 00 00 00 ff 00 00")[1] & 7)
                .as("not supported")
                .isEqualTo(1);
        assertThat(run(0, "a3 0c 00 00 00 00 00 00 20 00 00 00")).hasSize(rows - 8);
        assertThat(ByteBuffer.wrap(run(0, "12 01 b0 00 ff 00")).getInt(44)).isZero();
        run(0, cdb(0, 1), filled(1, 1));
        assertThat(sense()).containsExactly(5, 0x20, 0);
    }
}
