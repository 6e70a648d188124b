package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.database.DatabaseError;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.ScsiTask;
import org.serai.storage.StorageError;

/** Reservations as two initiators meet them: CDBs and parameter lists in, statuses, sense data and parameter data out. */
class ReserveTest extends ScsiRig {
    private static final int BUSY = 0x08;
    private static final int CONFLICT = 0x18;
    private static final String READ = "28 00 00 00 00 00 00 00 01 00";
    private static final String WRITE = "2a 00 00 00 00 00 00 00 01 00";
    private static final String READ_KEYS = "5e 00 00 00 00 00 00 10 00 00";
    private static final String READ_RESERVATION = "5e 01 00 00 00 00 00 10 00 00";
    private static final String FULL_STATUS = "5e 03 00 00 00 00 00 10 00 00";
    private static final String SECOND_PORT = "iqn.2026-11.org.example:second,i,0x000000000002";

    private final TestOwner secondOwner = new TestOwner();
    private final Nexus second = registry.login(TARGET, "iqn.2026-11.org.example:second", SECOND_PORT, secondOwner);
    private final ScsiTask its = new ScsiTask();

    @BeforeEach
    void secondIsReady() {
        other(TEST_UNIT_READY);
        other(TEST_UNIT_READY);
    }

    /** A command of the second initiator. */
    private int other(String cdb, byte... dataOut) {
        byte[] bytes = HexFormat.of().parseHex(cdb.replace(" ", ""));
        Arrays.fill(its.cdb(), (byte) 0);
        System.arraycopy(bytes, 0, its.cdb(), 0, bytes.length);
        its.start(0, ByteBuffer.wrap(dataOut), in.clear());
        second.execute(its);
        return its.status();
    }

    private int first(String cdb, byte... dataOut) {
        run(0, cdb, dataOut);
        return task.status();
    }

    private List<Integer> attention() {
        assertThat(other(TEST_UNIT_READY)).isEqualTo(2);
        return List.of(its.sense()[2] & 0xF, its.sense()[12] & 0xFF, its.sense()[13] & 0xFF);
    }

    private static String out(int action, int type, int length) {
        return "5f %02x %02x 00 00 %08x 00".formatted(action, type, length);
    }

    private static byte[] list(long key, long newKey, int flags) {
        return ByteBuffer.allocate(24)
                .putLong(key)
                .putLong(newKey)
                .put(20, (byte) flags)
                .array();
    }

    private void reserve(int type) {
        assertThat(first(out(0, 0, 24), list(0, 1, 0))).isZero();
        assertThat(first(out(1, type, 24), list(1, 0, 0))).isZero();
    }

    @Test
    void aReservationIsInTheWayOfOthersOnly() {
        reserve(3);
        assertThat(other(READ)).isEqualTo(CONFLICT);
        assertThat(its.senseLength()).isZero();
        assertThat(other(WRITE, filled(1, 1))).isEqualTo(CONFLICT);
        assertThat(lu.holds(0, 0)).isTrue();
        assertThat(other(TEST_UNIT_READY)).isZero();
        assertThat(other("12 00 00 00 60 00")).isZero();
        assertThat(other("1b 00 00 00 01 00")).as("a start").isZero();
        assertThat(other("1b 00 00 00 00 00")).as("a stop").isEqualTo(CONFLICT);
        assertThat(first(WRITE, filled(1, 2))).isZero();
        assertThat(other(out(2, 3, 24), list(0, 0, 0))).isEqualTo(CONFLICT);
        assertThat(first(out(2, 1, 24), list(1, 0, 0))).isEqualTo(2);
        assertThat(sense()).containsExactly(5, 0x26, 4);
        assertThat(first(out(2, 3, 24), list(1, 0, 0))).isZero();
        assertThat(other(READ)).isZero();
    }

    @Test
    void whoIsPreemptedHearsOfItFirst() {
        reserve(5);
        assertThat(other(out(0, 0, 24), list(0, 2, 0))).isZero();
        assertThat(other(WRITE, filled(1, 1))).isZero();
        assertThat(first(out(5, 5, 24), list(1, 2, 0))).isZero();
        assertThat(secondOwner.aborted()).as("in both ways to address a LUN").containsExactly(0L, 0x4000L << 48);
        assertThat(attention()).containsExactly(6, 0x2A, 5);
        assertThat(other(WRITE, filled(1, 1))).isEqualTo(CONFLICT);
    }

    @Test
    void anotherThatClearsOrReleasesIsHeardOf() {
        reserve(6);
        other(out(0, 0, 24), list(0, 2, 0));
        first(out(2, 6, 24), list(1, 0, 0));
        assertThat(attention()).containsExactly(6, 0x2A, 4);
        first(out(3, 0, 24), list(1, 0, 0));
        assertThat(attention()).containsExactly(6, 0x2A, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 23, 25, 28, 4096})
    void aParameterListHasItsLength(int length) {
        first(out(0, 0, length), Arrays.copyOf(list(0, 1, 0), length));
        assertThat(sense()).containsExactly(5, 0x1A, 0);
        assertThat(kept.writes()).isZero();
    }

    @Test
    void whatWasNotSentIsNotGuessed() {
        first(out(0, 0, 24), Arrays.copyOf(list(0, 1, 0), 16));
        assertThat(sense()).containsExactly(5, 0x1A, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 0x00", "1, 0x02", "1, 0x09", "1, 0x13", "4, 0x0F"})
    void scopeAndTypeAreLookedAt(int action, String type) {
        reserve(1);
        first(out(action, Integer.decode(type), 24), list(1, 1, 0));
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void unknownServiceActionsAreRefused() {
        first(out(8, 0, 24), list(0, 0, 0));
        assertThat(sense()).containsExactly(5, 0x24, 0);
        first("5e 04 00 00 00 00 00 10 00 00");
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void keysAndReservationsAreRead() {
        assertThat(run(0, READ_KEYS)).containsExactly(new byte[8]);
        reserve(1);
        ByteBuffer keys = ByteBuffer.wrap(run(0, READ_KEYS));
        assertThat(keys.getInt(0)).isEqualTo(1);
        assertThat(keys.getInt(4)).isEqualTo(8);
        assertThat(keys.getLong(8)).isEqualTo(1);
        ByteBuffer reservation = ByteBuffer.wrap(run(0, READ_RESERVATION));
        assertThat(reservation.getInt(4)).isEqualTo(16);
        assertThat(reservation.getLong(8)).isEqualTo(1);
        assertThat(reservation.get(21)).isEqualTo((byte) 1);
        assertThat(run(0, "5e 00 00 00 00 00 00 00 0a 00")).hasSize(10);
    }

    @Test
    void aReservationOfAllHasNoKey() {
        reserve(7);
        assertThat(ByteBuffer.wrap(run(0, READ_RESERVATION)).getLong(8)).isZero();
    }

    @Test
    void capabilitiesAreTold() {
        first(out(0, 0, 24), list(0, 1, 1));
        byte[] data = run(0, "5e 02 00 00 00 00 00 10 00 00");
        assertThat(data).hasSize(8);
        assertThat(data[1]).isEqualTo((byte) 8);
        assertThat(data[2]).as("CRH, SIP_C, ATP_C, PTPL_C").isEqualTo((byte) 0x1D);
        assertThat(data[3]).as("TMV, ALLOW COMMANDS, PTPL_A").isEqualTo((byte) 0x91);
        assertThat(data[4]).isEqualTo((byte) 0xEA);
        assertThat(data[5]).isEqualTo((byte) 0x01);
    }

    @Test
    void fullStatusNamesEachNexus() {
        first(out(0, 0, 24), list(0, 1, 4));
        first(out(1, 3, 24), list(1, 0, 0));
        ByteBuffer data = ByteBuffer.wrap(run(0, FULL_STATUS));
        assertThat(data.getInt(4)).isEqualTo(data.limit() - 8);
        int descriptor = (data.limit() - 8) / 2;
        for (int port = 1; port <= 2; port++) {
            int at = 8 + (port - 1) * descriptor;
            assertThat(data.getLong(at)).isEqualTo(1);
            assertThat(data.get(at + 12)).as("R_HOLDER").isEqualTo((byte) (port == 1 ? 1 : 0));
            assertThat(data.get(at + 13)).isEqualTo((byte) (port == 1 ? 3 : 0));
            assertThat(data.getShort(at + 18)).isEqualTo((short) port);
            assertThat(data.getInt(at + 20)).isEqualTo(descriptor - 24);
            byte[] name = Arrays.copyOfRange(data.array(), at + 28, at + 28 + PORT.length());
            assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo(PORT);
        }
    }

    private static byte[] transportId(String name) {
        int length = Math.max(20, (name.length() + 4) / 4 * 4);
        ByteBuffer id = ByteBuffer.allocate(4 + length).put((byte) (name.contains(",") ? 0x45 : 0x05));
        return id.putShort(2, (short) length)
                .put(4, name.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static byte[] withIds(byte[] list, String... names) {
        int length = 0;
        for (String name : names) {
            length += transportId(name).length;
        }
        ByteBuffer all = ByteBuffer.allocate(28 + length).put(list).putInt(length);
        for (String name : names) {
            all.put(transportId(name));
        }
        return all.array();
    }

    @ParameterizedTest
    @ValueSource(strings = {SECOND_PORT, "iqn.2026-11.org.example:second"})
    void othersAreRegisteredByTheirTransportIds(String name) {
        byte[] list = withIds(list(0, 1, 8), name);
        assertThat(first(out(0, 0, list.length), list)).isZero();
        assertThat(ByteBuffer.wrap(run(0, READ_KEYS)).getInt(4)).isEqualTo(16);
        assertThat(first(out(1, 6, 24), list(1, 0, 0))).isZero();
        assertThat(other(WRITE, filled(1, 1))).isZero();
        first(out(0, 0, list.length), withIds(list(1, 2, 8), name));
        assertThat(sense()).as("the sender is registered").containsExactly(5, 0x26, 0);
    }

    @Test
    void transportIdsThatNameNobodyAreRefused() {
        byte[] unknown = withIds(list(0, 1, 8), "iqn.2026-11.org.example:nobody");
        first(out(0, 0, unknown.length), unknown);
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 28);
        byte[] list = withIds(list(0, 1, 8), SECOND_PORT);
        first(out(6, 0, list.length), list);
        assertThat(sense()).as("REGISTER AND IGNORE EXISTING KEY has none").containsExactly(5, 0x26, 0);
        list[27]++;
        first(out(0, 0, list.length), list);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
        assertThat(kept.writes()).isZero();
    }

    @Test
    void aReservationIsMovedToAnotherInitiator() {
        reserve(3);
        byte[] id = transportId(SECOND_PORT);
        ByteBuffer move = ByteBuffer.allocate(24 + id.length).putLong(1).putLong(9);
        move.put(17, (byte) 2).putShort(18, (short) 1).putInt(20, id.length).put(24, id);
        assertThat(first(out(7, 0, move.capacity()), move.array())).isZero();
        assertThat(first(WRITE, filled(1, 1))).isEqualTo(CONFLICT);
        assertThat(other(WRITE, filled(1, 1))).isZero();
        assertThat(first(out(7, 0, move.capacity()), move.array()))
                .as("no longer registered")
                .isEqualTo(CONFLICT);
        move.putShort(18, (short) 7).putLong(0, 9);
        assertThat(other(out(7, 0, move.capacity()), move.array()))
                .as("no such port")
                .isEqualTo(2);
    }

    @Test
    void anUnwrittenChangeIsBusyAndIoGoesOn() {
        reserve(1);
        kept.failWith(DatabaseError.UNREACHABLE.error("what", "cause", "action"), false);
        assertThat(first(out(0, 0, 24), list(1, 7, 0))).isEqualTo(BUSY);
        assertThat(first(WRITE, filled(1, 1))).isZero();
        assertThat(other(WRITE, filled(1, 1))).isEqualTo(CONFLICT);
        assertThat(ByteBuffer.wrap(run(0, READ_KEYS)).getLong(8)).isEqualTo(1);
        kept.heal();
        assertThat(first(out(0, 0, 24), list(1, 7, 0))).isZero();
        kept.failWith(StorageError.STALE.error("what", "cause", "action"), false);
        first(out(0, 0, 24), list(7, 8, 0));
        assertThat(sense()).as("another node has the LU").containsExactly(2, 4, 0);
    }

    @Test
    void whatWasWrittenThoughItFailedIsWrittenOver() {
        reserve(1);
        kept.failWith(DatabaseError.UNREACHABLE.error("what", "cause", "action"), true);
        assertThat(first(out(3, 0, 24), list(1, 0, 0))).isEqualTo(BUSY);
        kept.heal();
        assertThat(first(out(1, 1, 24), list(1, 0, 0))).as("changes nothing").isZero();
        assertThat(kept.load(SERIAL, 1).keys()).hasSize(1);
        assertThat(kept.load(SERIAL, 1).reservation()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"16 00 00 00 00 00", "56 00 00 00 00 00 00 00 00 00"})
    void aSimpleReserveKeepsOthersOut(String reserve) {
        assertThat(first(reserve)).isZero();
        assertThat(first(reserve)).as("again").isZero();
        assertThat(other(reserve)).isEqualTo(CONFLICT);
        assertThat(other(TEST_UNIT_READY)).isEqualTo(CONFLICT);
        assertThat(other(READ)).isEqualTo(CONFLICT);
        assertThat(other("12 00 00 00 60 00")).isZero();
        assertThat(other("17 00 00 00 00 00")).as("not its own, so nothing").isZero();
        assertThat(other(READ_KEYS)).isEqualTo(CONFLICT);
        assertThat(first(READ_KEYS)).as("whoever asks").isEqualTo(CONFLICT);
        assertThat(first(out(0, 0, 24), list(0, 1, 0))).isEqualTo(CONFLICT);
        assertThat(first(WRITE, filled(1, 1))).isZero();
        assertThat(first("17 00 00 00 00 00")).isZero();
        assertThat(other(READ)).isZero();
    }

    @Test
    void aSimpleReserveEndsWithItsSessionAndWithAReset() {
        first("16 00 00 00 00 00");
        second.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0);
        assertThat(attention()).containsExactly(6, 0x29, 3);
        assertThat(other(READ)).isZero();
        run(0, TEST_UNIT_READY);
        first("16 00 00 00 00 00");
        assertThat(other(READ)).isEqualTo(CONFLICT);
        nexus.close();
        assertThat(other(READ)).isZero();
    }

    @Test
    void aPersistentReservationSurvivesSessionsAndResets() {
        reserve(1);
        nexus.close();
        second.manage(TaskManagementFunction.TARGET_RESET, 0);
        assertThat(attention()).containsExactly(6, 0x29, 3);
        assertThat(other(WRITE, filled(1, 1))).isEqualTo(CONFLICT);
        Nexus back = registry.login(TARGET, INITIATOR, PORT, new TestOwner());
        its.start(0, ByteBuffer.allocate(0), in.clear());
        back.execute(its);
        System.arraycopy(HexFormat.of().parseHex(WRITE.replace(" ", "")), 0, its.cdb(), 0, 10);
        its.start(0, ByteBuffer.wrap(filled(1, 1)), in.clear());
        back.execute(its);
        assertThat(its.status()).isZero();
    }

    @Test
    void whoHasAccessByAPersistentReservationMayReserveAndReleaseWithoutEffect() {
        reserve(5);
        assertThat(first("16 00 00 00 00 00")).isZero();
        assertThat(other("16 00 00 00 00 00")).isEqualTo(CONFLICT);
        assertThat(other("17 00 00 00 00 00")).isEqualTo(CONFLICT);
        other(out(0, 0, 24), list(0, 2, 0));
        assertThat(other("16 00 00 00 00 00")).isZero();
        assertThat(other("17 00 00 00 00 00")).isZero();
        assertThat(first(WRITE, filled(1, 1))).isZero();
        first(out(2, 5, 24), list(1, 0, 0));
        assertThat(first("16 00 00 00 00 00")).as("registrations are enough").isEqualTo(CONFLICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"16 10 00 00 00 00", "16 01 00 00 00 00", "57 02 00 00 00 00 00 00 00 00"})
    void thirdPartiesAndExtentsAreNotReserved(String cdb) {
        first(cdb);
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void allTargetPortsAreThoseToComeToo() {
        byte[] list = new byte[24];
        ByteBuffer.wrap(list).putLong(8, 7).put(20, (byte) 0x04);
        run(0, "5f 00 00 00 00 00 00 00 18 00", list);
        assertThat(task.status()).isZero();
        assertThat(registrations()).isEqualTo(2);
        kept.ports(1, 2, 3);
        target.lookForPorts();
        assertThat(registrations()).isEqualTo(3);
        kept.ports(1, 2, 3, 4);
        target.pause();
        target.resume();
        assertThat(registrations()).isEqualTo(4);
    }

    private int registrations() {
        return ByteBuffer.wrap(run(0, "5e 00 00 00 00 00 00 02 00 00")).getInt(4) / 8;
    }
}
