package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.cluster.ClusterError;
import org.serai.database.DatabaseError;
import org.serai.ffdc.ErrorCode;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.Nexus.TaskManagementResponse;
import org.serai.scsi.spi.ScsiTask;
import org.serai.storage.StorageError;

/** What a unit says of itself, and how it says what went wrong. */
class ScsiUnitTest extends ScsiRig {
    @ParameterizedTest
    @CsvSource({
        "POOL_FULL, 7, 0x27, 7",
        "IO_FAILED, 3, 0x0C, 0",
        "POOL_DAMAGED, 3, 0x0C, 0",
        "DATA_DAMAGED, 3, 0x0C, 0",
        "READ_ONLY, 7, 0x27, 0",
        "STALE, 2, 4, 0",
        "LU_LOCKED, 4, 0x44, 0"
    })
    void storageErrorsHaveTheirSense(StorageError error, int key, String asc, int ascq) {
        lu.failWith(error.error("what", "cause", "action"));
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(sense()).containsExactly(key, Integer.decode(asc), ascq);
    }

    @Test
    void whatPassesByItselfIsBusyForAWhile() {
        for (ErrorCode code : List.of(ClusterError.FENCED, StorageError.LU_CLOSED, DatabaseError.UNREACHABLE)) {
            lu.failWith(code.error("what", "cause", "action"));
            run(0, "28 00 00 00 00 00 00 00 01 00");
            assertThat(task.status()).isEqualTo(8);
            assertThat(task.senseLength()).isZero();
        }
    }

    @Test
    void aNexusBeginsWithAUnitAttentionThatInquiryLeaves() {
        Nexus fresh = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask first = new ScsiTask();
        first.cdb()[0] = 0x12;
        first.cdb()[4] = 96;
        first.start(0, ByteBuffer.allocate(0), in.clear());
        fresh.execute(first);
        assertThat(first.status()).isZero();
        Arrays.fill(first.cdb(), (byte) 0);
        first.start(0, ByteBuffer.allocate(0), in.clear());
        fresh.execute(first);
        assertThat(first.status()).isEqualTo(2);
        assertThat(first.sense()[2]).isEqualTo((byte) 6);
        assertThat(first.sense()[12]).isEqualTo((byte) 0x29);
        first.start(0, ByteBuffer.allocate(0), in.clear());
        fresh.execute(first);
        assertThat(first.status()).isZero();
    }

    @Test
    void aResetIsAUnitAttentionForEveryNexus() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0))
                .isEqualTo(TaskManagementResponse.COMPLETE);
        run(0, TEST_UNIT_READY);
        assertThat(sense()).containsExactly(6, 0x29, 3);
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(List.of(its.sense()[2], its.sense()[12], its.sense()[13]))
                .containsExactly((byte) 6, (byte) 0x29, (byte) 3);
        assertThat(nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 9L << 48))
                .isEqualTo(TaskManagementResponse.INCORRECT_LUN);
    }

    @Test
    void aLunWithoutAUnitSaysSo() {
        assertThat(run(5, "12 00 00 00 60 00")[0]).isEqualTo((byte) 0x7F);
        run(5, TEST_UNIT_READY);
        assertThat(sense()).containsExactly(5, 0x25, 0);
        assertThat(run(5, "03 00 00 00 12 00")[12]).isEqualTo((byte) 0x25);
    }

    @Test
    void lunsAreReported() {
        ByteBuffer data = ByteBuffer.wrap(run(0, "a0 00 00 00 00 00 00 00 01 00 00 00"));
        assertThat(data.getInt(0)).isEqualTo(16);
        assertThat(data.getLong(8)).isZero();
        assertThat(data.getLong(16)).isEqualTo(1L << 48);
    }

    @Test
    void capacityTellsLastBlockAndPhysicalBlock() {
        ByteBuffer ten = ByteBuffer.wrap(run(0, "25 00 00 00 00 00 00 00 00 00"));
        assertThat(ten.getInt(0)).isEqualTo(BLOCKS - 1);
        assertThat(ten.getInt(4)).isEqualTo(512);
        ByteBuffer sixteen = ByteBuffer.wrap(run(0, "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00"));
        assertThat(sixteen.getLong(0)).isEqualTo(BLOCKS - 1);
        assertThat(sixteen.get(13)).isEqualTo((byte) 3);
        assertThat(sixteen.get(14)).as("LBPME and LBPRZ").isEqualTo((byte) 0xC0);
    }

    @Test
    void aResizedUnitSaysSoToEveryNexusOnce() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        lu.resize(BLOCKS * 2);
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(sense()).containsExactly(6, 0x2A, 9);
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(List.of(its.sense()[2], its.sense()[12], its.sense()[13]))
                .containsExactly((byte) 6, (byte) 0x2A, (byte) 9);
        assertThat(ByteBuffer.wrap(run(0, "25 00 00 00 00 00 00 00 00 00")).getInt(0))
                .isEqualTo(2 * BLOCKS - 1);
    }

    @Test
    void theVendorPageTellsWhereTheDiskIsServed() {
        ByteBuffer page = ByteBuffer.wrap(run(0, "12 01 c0 02 00 00"));
        assertThat(page.get(1)).isEqualTo((byte) 0xC0);
        assertThat(new UUID(page.getLong(8), page.getLong(16))).isEqualTo(VIOS);
        assertThat(page.getLong(24)).isEqualTo(42);
        byte[] id = new byte[page.get(32)];
        page.get(33, id);
        assertThat(new String(id)).isEqualTo("U8286.42A.1234567");
        assertThat(page.getShort(2)).isEqualTo((short) (page.limit() - 4));
    }

    @Test
    void everyListedVpdPageIsThere() {
        byte[] list = run(0, "12 01 00 02 00 00");
        assertThat(Arrays.copyOfRange(list, 4, list.length))
                .containsExactly(0x00, 0x80, 0x83, 0x86, 0x8F, 0xB0, 0xB1, 0xB2, 0xC0);
        for (byte code : Arrays.copyOfRange(list, 4, list.length)) {
            byte[] page = run(0, String.format("12 01 %02x 02 00 00", code));
            assertThat(task.status()).isZero();
            assertThat(page[1]).isEqualTo(code);
            assertThat(page.length).isEqualTo((page[2] & 0xFF) * 256 + (page[3] & 0xFF) + 4);
        }
        run(0, "12 01 99 02 00 00");
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void whoFindsNoMemoryIsToldToTryAgain() {
        lu.whenRead(() -> {
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
        });
        assertThat(run(0, "28 00 00 00 00 00 00 00 01 00")).isEmpty();
        assertThat(task.status()).as("BUSY").isEqualTo(8);
    }

    @Test
    void modeParametersTellTheCache() {
        byte[] six = run(0, "1a 08 08 00 ff 00");
        assertThat(six[2]).as("DPOFUA").isEqualTo((byte) 0x10);
        assertThat(six[4]).as("PS").isEqualTo((byte) 0x88);
        assertThat(six[6]).as("WCE").isEqualTo((byte) 4);
        assertThat(run(0, "1a 08 c8 00 ff 00")[6]).as("saved WCE").isEqualTo((byte) 4);
    }

    @Test
    void aStoppedUnitWantsToBeStarted() {
        run(0, "1b 00 00 00 00 00");
        assertThat(lu.flushes()).isEqualTo(1);
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(sense()).containsExactly(2, 4, 2);
        run(0, "1b 00 00 00 01 00");
        run(0, "28 00 00 00 00 00 00 00 01 00");
        assertThat(task.status()).isZero();
    }

    @Test
    void unknownCommandsAreNamedAsSuch() {
        run(0, "ff 00 00 00 00 00");
        assertThat(sense()).containsExactly(5, 0x20, 0);
        run(0, "9e 1f 00 00 00 00 00 00 00 00 00 00 00 20 00 00");
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void everySupportedCommandTellsItsUsage() {
        ByteBuffer all = ByteBuffer.wrap(run(0, "a3 0c 00 00 00 00 00 00 20 00 00 00"));
        assertThat(all.getInt(0)).isEqualTo(all.limit() - 4).isPositive();
        for (int at = 4; at < all.limit(); at += 8) {
            int opcode = all.get(at) & 0xFF;
            boolean action = (all.get(at + 5) & 1) != 0;
            ByteBuffer one = ByteBuffer.wrap(run(
                    0,
                    String.format(
                            "a3 0c %02x %02x %04x 00 00 01 00 00 00", action ? 2 : 1, opcode, all.getShort(at + 2))));
            assertThat(one.get(1) & 7).isEqualTo(3);
            assertThat(one.getShort(2)).isEqualTo(all.getShort(at + 6));
            assertThat(one.get(4) & 0xFF).isEqualTo(opcode);
        }
        assertThat(run(0, "a3 0c 01 ff 00 00 00 00 01 00 00 00")[1] & 7).isEqualTo(1);
    }

    @Test
    void aClosedTargetExecutesNothing() {
        registry.remove(target);
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 9));
        assertThat(task.status()).isEqualTo(8);
        assertThat(lu.holds(0, 0)).isTrue();
        assertThat(registry.visibleTo(INITIATOR)).isEmpty();
    }

    @Test
    void anLuForReadingSaysSoAndRefusesWrites() {
        assertThat(run(0, "1a 08 3f 00 ff 00")[2] & 0x80).isZero();
        assertThat(run(0, "5a 08 3f 00 00 00 00 00 ff 00")[3] & 0x80).isZero();
        lu.readOnly();
        assertThat(run(0, "1a 08 3f 00 ff 00")[2] & 0x80).isNotZero();
        assertThat(run(0, "5a 08 3f 00 00 00 00 00 ff 00")[3] & 0x80).isNotZero();
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        assertThat(sense()).containsExactly(0x7, 0x27, 0x00);
    }
}
