package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.storage.StorageError;

/** What a monitoring tool asks a disk. */
class LogTest extends ScsiRig {
    private long counter(int page) {
        byte[] data = run(0, String.format("4d 00 %02x 00 00 00 00 00 ff 00", 0x40 | page));
        assertThat(HexFormat.of().formatHex(data, 0, 8)).isEqualTo(String.format("8%01x00000c00060008", page));
        return ByteBuffer.wrap(data).getLong(8);
    }

    @Test
    void everyPageThatIsListedIsThere() {
        byte[] pages = run(0, "4d 00 40 00 00 00 00 00 ff 00");
        assertThat(HexFormat.of().formatHex(pages)).isEqualTo("80000005000203" + "0c2f");
        for (int at = 4; at < pages.length; at++) {
            byte[] page = run(0, String.format("4d 00 %02x 00 00 00 00 00 ff 00", 0x40 | pages[at]));
            assertThat(page[0] & 0x3F).isEqualTo(pages[at]);
            assertThat(ByteBuffer.wrap(page).getShort(2)).isEqualTo((short) (page.length - 4));
        }
        byte[] subpages = run(0, "4d 00 40 ff 00 00 00 00 ff 00");
        assertThat(HexFormat.of().formatHex(subpages))
                .isEqualTo("c0ff000c" + "0000" + "0200" + "0300" + "0c00" + "2f00" + "00ff");
        assertThat(run(0, "4d 00 40 00 00 00 00 00 05 00")).hasSize(5);
    }

    @Test
    void errorsOfTheMediumAreCountedAndSetToZero() {
        lu.failWith(StorageError.IO_FAILED.error("what", "cause", "action"));
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        run(0, "28 00 00 00 00 00 00 00 01 00");
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(counter(2)).isEqualTo(1);
        assertThat(counter(3)).isEqualTo(2);
        run(0, "4c 02 00 00 00 00 00 00 00 00");
        assertThat(task.status()).isZero();
        assertThat(counter(2)).isZero();
        assertThat(counter(3)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "4d 01 40 00 00 00 00 00 ff 00, 1",
        "4d 00 4d 00 00 00 00 00 ff 00, 2",
        "4d 00 42 01 00 00 00 00 ff 00, 3",
        "4d 00 42 00 00 00 07 00 ff 00, 5",
        "4c 01 00 00 00 00 00 00 00 00, 1",
        "4c 00 80 00 00 00 00 00 00 00, 2",
        "4c 02 00 00 00 00 00 00 08 00, 7",
        "1d 20 00 00 00 00, 1",
        "1d 04 00 00 04 00, 3",
        "a3 0d 00 00 00 00 00 00 00 03 00 00, 6"
    })
    void whatIsNotThereIsRefusedAtItsField(String cdb, int field) {
        run(0, cdb, new byte[8]);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
    }

    @Test
    void theSelfTestTellsWhatFails() {
        run(0, "1d 04 00 00 00 00");
        assertThat(task.status()).isZero();
        assertThat(lu.flushes()).isEqualTo(1);
        lu.failWith(StorageError.IO_FAILED.error("what", "cause", "action"));
        run(0, "1d 04 00 00 00 00");
        assertThat(sense()).containsExactly(4, 0x3E, 3);
    }

    @Test
    void taskManagementFunctionsAreTold() {
        assertThat(HexFormat.of().formatHex(run(0, "a3 0d 00 00 00 00 00 00 00 ff 00 00")))
                .isEqualTo("da000000");
        assertThat(HexFormat.of().formatHex(run(0, "a3 0d 80 00 00 00 00 00 00 ff 00 00")))
                .isEqualTo("da00000c" + "00".repeat(12));
    }

    @Test
    void thereAreNoDefects() {
        assertThat(HexFormat.of().formatHex(run(0, "37 00 1d 00 00 00 00 00 20 00")))
                .isEqualTo("001d0000");
        assertThat(HexFormat.of().formatHex(run(0, "b7 0d 00 00 00 00 00 00 00 20 00 00")))
                .isEqualTo("000d000000000000");
        assertThat(run(0, "37 00 1d 00 00 00 00 00 02 00")).hasSize(2);
    }

    @Test
    void theSpaceBelowIsTold() {
        lu.free(40L << 24);
        byte[] page = run(0, "4d 00 4c 00 00 00 00 00 ff 00");
        assertThat(HexFormat.of().formatHex(page))
                .isEqualTo("8c000018" + "00010308" + "00000028" + "02000000" + "00020308" + "00000001" + "01000000");
        assertThat(run(0, "12 01 b2 02 00 00")[4]).as("threshold exponent").isEqualTo((byte) 15);
    }

    private void thresholds(String available, String used) {
        String page = "5c 02 001c 00000000 00000000 00000000" + available + used;
        byte[] list = HexFormat.of().parseHex(("00000000" + page).replace(" ", ""));
        run(0, "15 11 00 00 24 00", list);
        assertThat(task.status()).isZero();
    }

    @Test
    void aThresholdThatIsReachedIsToldOnce() {
        lu.free(40L << 24);
        thresholds("80 01 0000 0000000a", "01 02 0000 00000000");
        target.lookAtSpace();
        run(0, TEST_UNIT_READY);
        assertThat(task.status()).isZero();
        lu.free(10L << 24);
        target.lookAtSpace();
        target.lookAtSpace();
        run(0, TEST_UNIT_READY);
        assertThat(sense()).containsExactly(6, 0x38, 7);
        run(0, TEST_UNIT_READY);
        assertThat(task.status()).as("once").isZero();
        lu.free(11L << 24);
        target.lookAtSpace();
        lu.free(1L << 24);
        target.lookAtSpace();
        run(0, TEST_UNIT_READY);
        assertThat(sense()).as("reached again").containsExactly(6, 0x38, 7);
    }

    @Test
    void whatTheUnitUsesHasAThresholdToo() {
        thresholds("00 01 0000 00000000", "81 02 0000 00000001");
        target.lookAtSpace();
        run(0, TEST_UNIT_READY);
        assertThat(sense()).containsExactly(6, 0x38, 7);
        thresholds("00 01 0000 00000000", "81 02 0000 00000002");
        target.lookAtSpace();
        run(0, TEST_UNIT_READY);
        assertThat(task.status()).isZero();
    }
}
