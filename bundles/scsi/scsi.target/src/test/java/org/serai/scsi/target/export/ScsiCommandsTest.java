package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.cluster.ClusterError;
import org.serai.database.DatabaseError;
import org.serai.ffdc.ErrorCode;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.ExportSpec.HostPage;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.Nexus.TaskManagementResponse;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.ArrayLu;
import org.serai.storage.StorageError;

/** Commands as an initiator gives them, through a nexus. */
class ScsiCommandsTest {
    private static final String TARGET = "iqn.2026-11.org.serai:disk";
    private static final String INITIATOR = "iqn.2026-11.org.example:host";
    private static final UUID SERIAL = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
    private static final UUID VIOS = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final int BLOCKS = 64;
    private static final String TEST_UNIT_READY = "000000000000";

    private final ArrayLu lu = new ArrayLu(BLOCKS);
    private final TargetRegistry registry = new TargetRegistry();
    private final Target target = registry.add(new ExportSpec(
            TARGET,
            Optional.empty(),
            Optional.empty(),
            List.of(
                    new Disk(lu, SERIAL, "disk", new HostPage("U8286.42A.1234567", VIOS, 42)),
                    new Disk(new ArrayLu(8), VIOS, "second", new HostPage("U8286.42A.1234567", VIOS, 42)))));
    private final Nexus nexus = registry.login(TARGET, INITIATOR, "port", () -> {});
    private final ScsiTask task = new ScsiTask();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65536);

    @BeforeEach
    void ready() {
        run(0, TEST_UNIT_READY);
    }

    private byte[] run(int lun, String cdb, byte... dataOut) {
        byte[] bytes = HexFormat.of().parseHex(cdb.replace(" ", ""));
        Arrays.fill(task.cdb(), (byte) 0);
        System.arraycopy(bytes, 0, task.cdb(), 0, bytes.length);
        task.start((long) lun << 48, ByteBuffer.wrap(dataOut), in.clear());
        nexus.execute(task);
        byte[] data = new byte[in.position()];
        in.get(0, data);
        return data;
    }

    private List<Integer> sense() {
        assertThat(task.status()).isEqualTo(2);
        byte[] sense = task.sense();
        return List.of(sense[2] & 0xF, sense[12] & 0xFF, sense[13] & 0xFF);
    }

    private static byte[] filled(int blocks, int value) {
        byte[] data = new byte[blocks * 512];
        Arrays.fill(data, (byte) value);
        return data;
    }

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
        Nexus fresh = registry.login(TARGET, INITIATOR, "second port", () -> {});
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
    void aResetIsAUnitAttentionForTheOthersOnly() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", () -> {});
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), in.clear());
        other.execute(its);
        assertThat(nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0))
                .isEqualTo(TaskManagementResponse.COMPLETE);
        run(0, TEST_UNIT_READY);
        assertThat(task.status()).isZero();
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
                .containsExactly(0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xC0);
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
    void modePagesTellOfTheWriteCache() {
        byte[] six = run(0, "1a 08 08 00 ff 00");
        assertThat(six[2]).as("DPOFUA").isEqualTo((byte) 0x10);
        assertThat(six[4]).isEqualTo((byte) 8);
        assertThat(six[6]).as("WCE").isEqualTo((byte) 4);
        assertThat(run(0, "1a 08 48 00 ff 00")[6]).as("changeable").isZero();
        byte[] all = run(0, "5a 00 3f 00 00 00 00 00 ff 00");
        assertThat(all).hasSize(8 + 8 + 20 + 12);
        run(0, "1a 00 c8 00 ff 00");
        assertThat(sense()).containsExactly(5, 0x39, 0);
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
