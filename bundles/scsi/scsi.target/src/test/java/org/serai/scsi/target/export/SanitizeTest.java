package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;
import org.serai.storage.StorageError;

/** Commands that erase all of an LU. */
class SanitizeTest extends ScsiRig {
    private static final String BLOCK_ERASE = "48 02 00 00 00 00 00 00 00 00";
    private static final String BLOCK_ERASE_UNRESTRICTED = "48 22 00 00 00 00 00 00 00 00";
    private static final String EXIT_FAILURE_MODE = "48 1f 00 00 00 00 00 00 00 00";
    private static final String READ = "28 00 00 00 00 00 00 00 01 00";

    private void fails(String cdb) {
        lu.failWith(StorageError.IO_FAILED.error("what", "cause", "action"));
        run(0, cdb);
        assertThat(sense()).containsExactly(3, 0x0C, 0);
        lu.heal();
    }

    @ParameterizedTest
    @CsvSource({BLOCK_ERASE, BLOCK_ERASE_UNRESTRICTED, "48 82 00 00 00 00 00 00 00 00", "04 00 00 00 00 00"})
    void everythingIsGoneDurably(String cdb) {
        run(0, "2a 00 00 00 00 00 00 00 40 00", filled(64, 1));
        run(0, cdb);
        assertThat(task.status()).isZero();
        assertThat(lu.flushes()).isEqualTo(1);
        assertThat(lu.holds(0, 0)).isTrue();
        assertThat(lu.holds(63, 0)).isTrue();
        assertThat(lu.rangeAt(0).given()).isFalse();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void othersAreToldOfTheProgressMeanwhile() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        other.execute(its);
        List<List<Byte>> told = new ArrayList<>();
        lu.whenZeroed(() -> {
            for (int opcode : new int[] {0x00, 0x28, 0x48, 0x1b}) {
                its.cdb()[0] = (byte) opcode;
                its.cdb()[1] = (byte) (opcode == 0x48 ? 2 : 0);
                its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
                other.execute(its);
                told.add(List.of(its.sense()[2], its.sense()[12], its.sense()[13], its.sense()[15]));
            }
            ByteBuffer sense = ByteBuffer.allocate(18);
            its.cdb()[0] = 0x03;
            its.cdb()[1] = 0;
            its.cdb()[4] = 18;
            its.start(0, ByteBuffer.allocate(0), sense);
            other.execute(its);
            told.add(List.of(sense.get(2), sense.get(12), sense.get(13), sense.get(15)));
            its.cdb()[0] = 0x12;
            its.start(0, ByteBuffer.allocate(0), sense.clear());
            other.execute(its);
            assertThat(its.status()).as("INQUIRY").isZero();
        });
        run(0, BLOCK_ERASE);
        assertThat(task.status()).isZero();
        assertThat(told).hasSize(5).allMatch(List.of((byte) 2, (byte) 4, (byte) 0x1B, (byte) 0x80)::equals);
    }

    @Test
    void whatFailedIsLeftByAnotherOneOnly() {
        fails(BLOCK_ERASE);
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 3);
        assertThat(run(0, "03 00 00 00 12 00")[12]).isEqualTo((byte) 0x31);
        run(0, EXIT_FAILURE_MODE);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        run(0, BLOCK_ERASE);
        assertThat(task.status()).isZero();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void whatFailedUnrestrictedCanBeLeft() {
        fails(BLOCK_ERASE_UNRESTRICTED);
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 3);
        run(0, EXIT_FAILURE_MODE);
        assertThat(task.status()).isZero();
        run(0, READ);
        assertThat(task.status()).isZero();
        run(0, EXIT_FAILURE_MODE);
        assertThat(task.status()).as("nothing failed").isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "48 42 00 00 00 00 00 00 00 00, 1",
        "48 02 01 00 00 00 00 00 00 00, 2",
        "48 02 00 00 00 00 01 00 00 00, 6",
        "48 02 00 00 00 00 00 00 08 00, 7",
        "48 1f 00 00 00 00 00 00 08 00, 7",
        "48 01 00 00 00 00 00 00 00 00, 1",
        "48 03 00 00 00 00 00 00 00 00, 1",
        "04 80 00 00 00 00, 1",
        "04 05 00 00 00 00, 1"
    })
    void whatCannotBeIsRefusedAtItsField(String cdb, int field) {
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        run(0, cdb, new byte[8]);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
        assertThat(lu.holds(0, 1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 8, 1", "3, 9, 3"})
    void aFormatWithListsIsRefused(int at, int value, int field) {
        byte[] header = new byte[4];
        header[at] = (byte) value;
        run(0, "04 10 00 00 00 00", header);
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
        run(0, "04 10 00 00 00 00", new byte[3]);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
        run(0, "04 30 00 00 00 00", new byte[8]);
        assertThat(task.status()).isZero();
    }
}
