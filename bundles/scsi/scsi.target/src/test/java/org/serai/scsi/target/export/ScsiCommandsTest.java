package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that read and write, through a nexus. */
class ScsiCommandsTest extends ScsiRig {
    @ParameterizedTest
    @CsvSource({
        "0a 00 00 05 02 00, 08 00 00 05 02 00",
        "2a 00 00 00 00 05 00 00 02 00, 28 00 00 00 00 05 00 00 02 00",
        "aa 00 00 00 00 05 00 00 00 02 00 00, a8 00 00 00 00 05 00 00 00 02 00 00",
        "8a 00 00 00 00 00 00 00 00 05 00 00 00 02 00 00, 88 00 00 00 00 00 00 00 00 05 00 00 00 02 00 00"
    })
    void whatIsWrittenIsRead(String write, String read) {
        run(0, write, filled(2, 0x5A));
        assertThat(task.status()).isZero();
        assertThat(task.transferLength()).isEqualTo(1024);
        assertThat(lu.holds(4, 0)).isTrue();
        assertThat(lu.holds(5, 0x5A)).isTrue();
        assertThat(lu.holds(7, 0)).isTrue();
        assertThat(run(0, read)).isEqualTo(filled(2, 0x5A));
    }

    @ParameterizedTest
    @CsvSource({
        "2e 00 00 00 00 05 00 00 02 00",
        "ae 00 00 00 00 05 00 00 00 02 00 00",
        "8e 00 00 00 00 00 00 00 00 05 00 00 00 02 00 00"
    })
    void whatIsWrittenAndVerifiedIsOnTheMedium(String write) {
        run(0, write, filled(2, 0x5A));
        assertThat(task.status()).isZero();
        assertThat(lu.holds(6, 0x5A)).isTrue();
        assertThat(lu.flushes()).isEqualTo(1);
    }

    @Test
    void unmappedBlocksReadAsZeroAndAreReportedSo() {
        run(0, "2a 00 00 00 00 00 00 00 10 00", filled(16, 1));
        ByteBuffer list = ByteBuffer.allocate(8 + 2 * 16).putShort(2, (short) 32);
        list.putLong(8, 4).putInt(16, 4).putLong(24, 10).putInt(32, 2);
        run(0, "42 00 00 00 00 00 00 00 28 00", list.array());
        assertThat(task.status()).isZero();
        assertThat(lu.holds(3, 1)).isTrue();
        assertThat(lu.holds(4, 0)).isTrue();
        assertThat(lu.holds(11, 0)).isTrue();
        ByteBuffer status = ByteBuffer.wrap(run(0, "9e 12 00 00 00 00 00 00 00 02 00 00 00 28 00 00"));
        assertThat(status.getInt(0)).isEqualTo(36);
        assertThat(status.getLong(8)).isEqualTo(2);
        assertThat(status.getInt(16)).isEqualTo(2);
        assertThat(status.get(20)).isZero();
        assertThat(status.getLong(24)).isEqualTo(4);
        assertThat(status.getInt(32)).isEqualTo(4);
        assertThat(status.get(36)).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @CsvSource({
        "42 01 00 00 00 00 00 00 18 00, 0, 1, 0x24",
        "42 00 00 00 00 00 00 00 07 00, 0, 1, 0x1a",
        "42 00 00 00 00 00 00 00 18 00, 63, 2, 0x21"
    })
    void anUnmapThatCannotBeIsRefusedBeforeAnythingIsGone(String cdb, long lba, int blocks, String asc) {
        run(0, "2a 00 00 00 00 00 00 00 40 00", filled(64, 1));
        ByteBuffer list = ByteBuffer.allocate(24).putShort(2, (short) 16);
        list.putLong(8, lba).putInt(16, blocks);
        run(0, cdb, list.array());
        assertThat(sense()).containsExactly(5, Integer.decode(asc), 0);
        assertThat(lu.holds(63, 1)).isTrue();
    }

    @Test
    void oneBlockIsWrittenToARange() {
        run(0, "41 00 00 00 00 05 00 00 03 00", filled(1, 7));
        assertThat(task.status()).isZero();
        assertThat(task.transferLength()).isEqualTo(512);
        assertThat(lu.holds(4, 0)).isTrue();
        assertThat(lu.holds(5, 7)).isTrue();
        assertThat(lu.holds(7, 7)).isTrue();
        assertThat(lu.holds(8, 0)).isTrue();
        run(0, "93 09 00 00 00 00 00 00 00 06 00 00 00 01 00 00", filled(1, 0));
        assertThat(sense()).as("NDOB and data").containsExactly(5, 0x1A, 0);
        run(0, "41 00 00 00 00 05 00 00 03 00", filled(2, 7));
        assertThat(sense()).as("two blocks").containsExactly(5, 0x1A, 0);
        run(0, "93 09 00 00 00 00 00 00 00 06 00 00 00 01 00 00");
        assertThat(task.status()).isZero();
        assertThat(lu.holds(6, 0)).isTrue();
        assertThat(lu.rangeAt(6 * 512).given()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "41 00 00 00 00 05 00 00 00 00, 0x24",
        "41 10 00 00 00 05 00 00 01 00, 0x24",
        "41 20 00 00 00 05 00 00 01 00, 0x24",
        "41 04 00 00 00 05 00 00 01 00, 0x24",
        "93 00 00 00 00 00 00 00 00 3f 00 00 00 02 00 00, 0x21"
    })
    void aWriteSameThatCannotBeIsRefused(String cdb, String asc) {
        run(0, cdb, filled(1, 7));
        assertThat(sense()).containsExactly(5, Integer.decode(asc), 0);
        assertThat(lu.holds(5, 0)).isTrue();
    }

    @Test
    void compareAndWriteWritesOnlyWhatIsAsExpected() {
        run(0, "2a 00 00 00 00 05 00 00 01 00", filled(1, 3));
        byte[] both = Arrays.copyOf(filled(1, 3), 1024);
        Arrays.fill(both, 512, 1024, (byte) 9);
        run(0, "89 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00", both);
        assertThat(task.status()).isZero();
        assertThat(lu.holds(5, 9)).isTrue();
        both[20] = 9;
        run(0, "89 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00", both);
        assertThat(sense()).containsExactly(0xE, 0x1D, 0);
        assertThat(ByteBuffer.wrap(task.sense()).getInt(3)).isZero();
        assertThat(lu.holds(5, 9)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 1", "1, 4", "3, 4"})
    void compareAndWriteWantsTwiceItsBlocks(int blocks, int sent) {
        run(0, String.format("89 00 00 00 00 00 00 00 00 05 00 00 00 %02x 00 00", blocks), filled(sent, 0));
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 13);
    }

    @Test
    void orWriteSetsBits() {
        run(0, "2a 00 00 00 00 05 00 00 01 00", filled(1, 0x11));
        run(0, "8b 00 00 00 00 00 00 00 00 05 00 00 00 01 00 00", filled(1, 0x42));
        assertThat(task.status()).isZero();
        assertThat(lu.holds(5, 0x53)).isTrue();
    }

    @Test
    void preFetchLooksAtItsRange() {
        run(0, "34 00 00 00 00 3f 00 00 01 00");
        assertThat(task.status()).isZero();
        run(0, "90 00 00 00 00 00 00 00 00 3f 00 00 00 02 00 00");
        assertThat(sense()).containsExactly(5, 0x21, 0);
    }

    @Test
    void lengthZeroOfTheShortCommandsMeans256() {
        run(0, "08 00 00 00 00 00");
        assertThat(sense()).containsExactly(5, 0x21, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "28 00 00 00 00 3f 00 00 02 00",
        "28 00 00 00 00 41 00 00 00 00",
        "88 00 ff ff ff ff ff ff ff ff 00 00 00 01 00 00",
        "35 00 00 00 00 40 00 00 01 00"
    })
    void aRangeBeyondTheEndIsRefused(String cdb) {
        run(0, cdb);
        assertThat(sense()).containsExactly(5, 0x21, 0);
    }

    @Test
    void noBlocksAtTheEndAreWithin() {
        run(0, "28 00 00 00 00 40 00 00 00 00");
        assertThat(task.status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"28 20 00 00 00 00 00 00 01 00", "2a 20 00 00 00 00 00 00 01 00", "2f 20 00 00 00 00 00 00 01 00"})
    void protectionInformationIsRefusedAtItsField(String cdb) {
        run(0, cdb, new byte[512]);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[15] & 0xFF).as("SKSV, C/D, BPV, bit 7").isEqualTo(0xCF);
        assertThat(task.sense()[17]).isEqualTo((byte) 1);
    }

    @Test
    void forcedUnitAccessIsOnTheMedium() {
        run(0, "2a 08 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(lu.flushes()).isEqualTo(1);
        run(0, "35 00 00 00 00 00 00 00 00 00");
        assertThat(lu.flushes()).isEqualTo(2);
    }

    @Test
    void aReadIntoLessRoomIsCutAndCounted() {
        run(0, "2a 00 00 00 00 00 00 00 02 00", filled(2, 7));
        task.start(0, ByteBuffer.allocate(0), in.clear().limit(700));
        System.arraycopy(HexFormat.of().parseHex("28000000000000000200"), 0, task.cdb(), 0, 10);
        nexus.execute(task);
        assertThat(in.position()).isEqualTo(700);
        assertThat(in.get(699)).isEqualTo((byte) 7);
        assertThat(task.transferLength()).isEqualTo(1024);
    }

    @Test
    void verifyComparesWhatItIsGiven() {
        run(0, "2a 00 00 00 00 00 00 00 02 00", filled(2, 7));
        run(0, "2f 02 00 00 00 00 00 00 02 00", filled(2, 7));
        assertThat(task.status()).isZero();
        byte[] other = filled(2, 7);
        other[600] = 8;
        run(0, "2f 02 00 00 00 00 00 00 02 00", other);
        assertThat(sense()).containsExactly(0xE, 0x1D, 0);
        assertThat(ByteBuffer.wrap(task.sense()).getInt(3)).as("INFORMATION").isEqualTo(600);
        run(0, "2f 00 00 00 00 00 00 00 02 00");
        assertThat(task.status()).isZero();
    }

    @Test
    void verifyComparesAllBlocksWithOne() {
        run(0, "2a 00 00 00 00 00 00 00 03 00", filled(3, 7));
        run(0, "2f 06 00 00 00 00 00 00 03 00", filled(1, 7));
        assertThat(task.status()).isZero();
        assertThat(task.transferLength()).isEqualTo(512);
        run(0, "8f 06 00 00 00 00 00 00 00 00 00 00 00 04 00 00", filled(1, 7));
        assertThat(sense()).containsExactly(0xE, 0x1D, 0);
        assertThat(ByteBuffer.wrap(task.sense()).getInt(3)).as("INFORMATION").isEqualTo(3 * 512);
        run(0, "2f 06 00 00 00 00 00 00 03 00", new byte[100]);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
        run(0, "2f 04 00 00 00 00 00 00 03 00", filled(1, 7));
        assertThat(sense()).as("BYTCHK 10b").containsExactly(5, 0x24, 0);
    }
}
