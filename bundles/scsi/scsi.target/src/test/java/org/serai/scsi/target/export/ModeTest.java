package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.database.DatabaseError;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.ScsiTask;

/** Mode parameters: what is told, what can be changed, and what follows from it. */
class ModeTest extends ScsiRig {
    private static final String CACHING_OFF = "00000000 0812 00 00 0000 0000 0000 0000 00 00 0000 00000000";
    private static final String PROTECTED = "00000000 0a0a 00 10 08 00 0000 0000 0000";
    private static final String UNPROTECTED = "00000000 0a0a 00 10 00 00 0000 0000 0000";
    private static final String DESCRIPTOR_SENSE = "00000000 0a0a 04 10 00 00 0000 0000 0000";

    private void select(String list) {
        byte[] bytes = HexFormat.of().parseHex(list.replace(" ", ""));
        run(0, String.format("15 10 00 00 %02x 00", bytes.length), bytes);
    }

    private int pointer() {
        assertThat(task.sense()[15] & 0x80).as("SKSV").isNotZero();
        return ByteBuffer.wrap(task.sense()).getShort(16);
    }

    @Test
    void withoutTheWriteCacheEveryWriteIsFlushed() {
        select(CACHING_OFF);
        assertThat(task.status()).isZero();
        assertThat(run(0, "1a 08 08 00 ff 00")[6]).as("WCE").isZero();
        assertThat(run(0, "1a 08 88 00 ff 00")[6]).as("default WCE").isEqualTo((byte) 4);
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(lu.flushes()).isEqualTo(1);
        run(0, "41 00 00 00 00 05 00 00 03 00", filled(1, 7));
        assertThat(lu.flushes()).isEqualTo(2);
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(lu.flushes()).isEqualTo(2);
    }

    @Test
    void softwareWriteProtectionRefusesWritesUntilItIsTakenAway() {
        select(PROTECTED);
        assertThat(run(0, "1a 08 0a 00 ff 00")[2] & 0x80).as("WP").isNotZero();
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(sense()).containsExactly(7, 0x27, 2);
        run(0, "42 00 00 00 00 00 00 00 18 00", new byte[24]);
        assertThat(sense()).containsExactly(7, 0x27, 2);
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(task.status()).isZero();
        select(UNPROTECTED);
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(task.status()).isZero();
    }

    @Test
    void descriptorSenseSaysTheSameInItsOwnForm() {
        select(DESCRIPTOR_SENSE);
        run(0, "1a 08 02 00 ff 00");
        assertThat(task.status()).isEqualTo(2);
        byte[] sense = task.sense();
        assertThat(List.of(sense[0], sense[1], sense[2], sense[3]))
                .containsExactly((byte) 0x72, (byte) 5, (byte) 0x24, (byte) 0);
        assertThat(task.senseLength()).isEqualTo(16);
        assertThat(sense[7]).isEqualTo((byte) 8);
        assertThat(HexFormat.of().formatHex(sense, 8, 16)).isEqualTo("02060000cd000200");
        run(0, "2f 02 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(HexFormat.of().formatHex(task.sense(), 8, 20)).isEqualTo("000a80000000000000000000");
    }

    @Test
    void aChangeIsAUnitAttentionForTheOthersOnly() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        select(CACHING_OFF);
        run(0, TEST_UNIT_READY);
        assertThat(task.status()).isZero();
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(List.of(its.sense()[2], its.sense()[12], its.sense()[13]))
                .containsExactly((byte) 6, (byte) 0x2A, (byte) 1);
        select(CACHING_OFF);
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(its.status()).as("nothing changed").isZero();
    }

    @Test
    void aResetBringsTheDefaultsBack() {
        select(CACHING_OFF);
        nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0);
        run(0, TEST_UNIT_READY);
        assertThat(run(0, "1a 08 08 00 ff 00")[6]).as("WCE").isEqualTo((byte) 4);
    }

    @ParameterizedTest
    @CsvSource({
        // a byte that cannot be changed; a page that is not there; a page of another length; the PS bit
        "00000000 0812 00 01 0000 0000 0000 0000 00 00 0000 00000000, 7",
        "00000000 0712 00 00 0000 0000 0000 0000 00 00 0000 00000000, 4",
        "00000000 0811 00 00 0000 0000 0000 0000 00 00 0000 00000000, 5",
        "00000000 8812 00 00 0000 0000 0000 0000 00 00 0000 00000000, 4",
        // medium type; length of the block descriptor; number of blocks; length of a block
        "00010000 0812 00 00 0000 0000 0000 0000 00 00 0000 00000000, 1",
        "00000007 00000000 000200, 3",
        "00000008 00000041 00000200, 4",
        "00000008 00000040 00001000, 9",
    })
    void aListThatCannotBeIsRefusedAtItsField(String list, int field) {
        select(list);
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(pointer()).isEqualTo(field);
        assertThat(run(0, "1a 08 08 00 ff 00")[6]).as("WCE").isEqualTo((byte) 4);
    }

    @ParameterizedTest
    @CsvSource({"000000", "00000008 0000", "00000000 08", "00000000 0812 0000"})
    void aListThatEndsTooEarlyIsRefused(String list) {
        select(list);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
    }

    @ParameterizedTest
    @CsvSource({"15 00 00 00 04 00, 1", "55 01 00 00 00 00 00 00 08 00, 1"})
    void formsOfOurOwnAreRefused(String cdb, int field) {
        run(0, cdb, new byte[8]);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(pointer()).isEqualTo(field);
    }

    @Test
    void theLongFormSelectsToo() {
        byte[] list = new byte[8 + 16 + 12];
        ByteBuffer.wrap(list)
                .put(4, (byte) 1)
                .putShort(6, (short) 16)
                .putLong(8, BLOCKS)
                .putInt(20, 512);
        ByteBuffer.wrap(list)
                .put(24, (byte) 0x0A)
                .put(25, (byte) 0x0A)
                .put(27, (byte) 0x10)
                .put(28, (byte) 8);
        run(0, "55 10 00 00 00 00 00 00 24 00", list);
        assertThat(task.status()).isZero();
        run(0, "0a 00 00 00 01 00", filled(1, 1));
        assertThat(sense()).containsExactly(7, 0x27, 2);
        run(0, "55 10 00 00 00 00 00 00 00 00");
        assertThat(task.status()).as("an empty list").isZero();
    }

    @Test
    void pagesComeAloneTogetherAndWithTheirSubpages() {
        assertThat(run(0, "1a 08 01 00 ff 00")).hasSize(4 + 12);
        assertThat(run(0, "1a 08 1c 00 ff 00")).hasSize(4 + 12);
        assertThat(run(0, "1a 08 3f 00 ff 00")).hasSize(4 + 12 + 20 + 12 + 12);
        byte[] all = run(0, "1a 08 3f ff ff 00");
        assertThat(all).hasSize(4 + 12 + 20 + 12 + 32 + 12 + 32);
        assertThat(all[0]).isEqualTo((byte) (all.length - 1));
        assertThat(HexFormat.of().formatHex(run(0, "1a 08 0a 01 ff 00"), 4, 8)).isEqualTo("4a01001c");
        assertThat(run(0, "1a 08 0a ff ff 00")).hasSize(4 + 12 + 32);
        assertThat(run(0, "1a 08 3f ff 06 00")).hasSize(6);
        assertThat(task.transferLength()).isEqualTo(6);
    }

    @Test
    void whatCanBeChangedIsTold() {
        assertThat(run(0, "1a 08 48 00 ff 00")[6]).isEqualTo((byte) 4);
        byte[] control = run(0, "1a 08 4a 00 ff 00");
        assertThat(List.of(control[6], control[7], control[8])).containsExactly((byte) 4, (byte) 0, (byte) 8);
    }

    @ParameterizedTest
    @CsvSource({"1a 08 07 00 ff 00, 2", "1a 08 08 01 ff 00, 3", "5a 08 3f 07 00 00 00 00 ff 00, 3"})
    void pagesThatAreNotThereAreRefusedAtTheirField(String cdb, int field) {
        run(0, cdb);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(pointer()).isEqualTo(field);
    }

    private byte protectedOnly(int control) {
        return (byte) (run(0, "1a 08 %02x 00 ff 00".formatted(control << 6 | 0x0A))[4 + 2 + 2] & 0x08);
    }

    @Test
    void whatIsSetFollowsTheLu() {
        select(PROTECTED);
        assertThat(task.status()).isZero();
        target.pause();
        target.resume();
        assertThat(protectedOnly(0)).isEqualTo((byte) 8);
        assertThat(protectedOnly(3)).as("saved").isZero();
    }

    @Test
    void aResetLeavesWhatIsSaved() {
        byte[] list = HexFormat.of().parseHex(PROTECTED.replace(" ", ""));
        run(0, "15 11 00 00 10 00", list);
        assertThat(task.status()).isZero();
        assertThat(protectedOnly(3)).as("saved").isEqualTo((byte) 8);
        select(UNPROTECTED);
        assertThat(task.status()).isZero();
        assertThat(protectedOnly(0)).isZero();
        nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0);
        run(0, TEST_UNIT_READY);
        assertThat(protectedOnly(0)).isEqualTo((byte) 8);
    }

    @Test
    void whatCannotBeKeptIsNotSet() {
        states.failWith(DatabaseError.UNREACHABLE.error("what", "cause", "action"));
        select(PROTECTED);
        assertThat(task.status()).as("BUSY").isEqualTo(8);
        states.heal();
        assertThat(protectedOnly(0)).isZero();
    }
}
