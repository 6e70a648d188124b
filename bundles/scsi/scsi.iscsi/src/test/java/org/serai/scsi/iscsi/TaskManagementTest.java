package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.iscsi.Initiator.Pdu;

/** Functions that end several tasks, while data is on its way for some of them. */
class TaskManagementTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final String WRITE_2 = "2a 00 00 00 00 00 00 00 02 00";
    private static final String WRITE_1 = "2a 00 00 00 00 00 00 00 01 00";
    private static final String READ_1 = "28 00 00 00 00 00 00 00 01 00";
    private static final String READY = "00 00 00 00 00 00";
    private static final int ABORT_TASK = 1;
    private static final int ABORT_TASK_SET = 2;
    private static final int LOGICAL_UNIT_RESET = 5;
    private static final int COLD_RESET = 7;
    private static final int NOP_IN = 0x20;
    private static final int RESPONSE = 0x21;
    private static final int TASK_MANAGEMENT_RESPONSE = 0x22;
    private static final int DATA_IN = 0x25;
    private static final int ASYNC_MESSAGE = 0x32;
    private static final byte[] DATA = new byte[1024];

    /** Stands still, so that nothing that is owed is given up before a test says so. */
    private final AtomicLong nanos = new AtomicLong();

    private final TestNode node = new TestNode(new TestNode.Config(), targets -> targets, nanos::get);
    private Initiator initiator;

    static {
        Arrays.fill(DATA, (byte) 7);
    }

    @BeforeEach
    void login() throws IOException {
        node.toAny("disk", new MemoryLu(1 << 20), new MemoryLu(1 << 20));
        initiator = new Initiator(node.port());
        initiator.login(TARGET);
        initiator.ready();
        initiator.send(initiator.command(0x80, 0, READY).putLong(8, 1L << 48), new byte[0]);
        initiator.receive();
    }

    @AfterEach
    void close() throws IOException {
        initiator.close();
        await().until(() -> node.usedBytes() == 0);
        node.close();
    }

    /** A write whose second half the target has asked for. */
    private Pdu asked(Initiator by) throws IOException {
        by.send(by.command(0xA0, 1024, WRITE_2), Arrays.copyOf(DATA, 512));
        Pdu r2t = by.receive();
        assertThat(r2t.opcode()).isEqualTo(0x31);
        return r2t;
    }

    private void give(Pdu r2t) throws IOException {
        initiator.dataOut(r2t.header().getInt(16), r2t.header().getInt(20), DATA, 512, 512, 512);
    }

    private int manage(int function) throws IOException {
        ByteBuffer request = initiator.header(0x42, 0x80 | function);
        initiator.send(request, new byte[0]);
        return request.getInt(16);
    }

    private void ping() throws IOException {
        initiator.send(initiator.header(0x40, 0x80).putInt(20, -1), new byte[0]);
        assertThat(initiator.receive().opcode()).isEqualTo(NOP_IN);
    }

    private void done(int tag) throws IOException {
        Pdu response = initiator.receive();
        assertThat(response.opcode()).isEqualTo(TASK_MANAGEMENT_RESPONSE);
        assertThat(response.header().getInt(16)).isEqualTo(tag);
        assertThat(response.header().get(2)).isZero();
    }

    /** Whether the first block of the disk is what it was; takes a unit attention away before. */
    private void untouched() throws IOException {
        initiator.execute(0x80, 0, READY);
        initiator.send(initiator.command(0xC0, 512, READ_1), new byte[0]);
        assertThat(initiator.receiveData(512)).isEqualTo(new byte[512]);
    }

    @ParameterizedTest
    @ValueSource(ints = {ABORT_TASK_SET, 4, LOGICAL_UNIT_RESET, 6})
    void theResponseWaitsForTheDataThatWasAskedFor(int function) throws IOException {
        Pdu r2t = asked(initiator);
        int tag = manage(function);
        ping();
        give(r2t);
        done(tag);
        untouched();
    }

    @Test
    void anInitiatorMaySendLessForWhatIsAborted() throws IOException {
        Pdu r2t = asked(initiator);
        int tag = manage(ABORT_TASK_SET);
        ping();
        ByteBuffer end = initiator.header(0x05, 0x80);
        end.putInt(16, r2t.header().getInt(16)).putInt(20, r2t.header().getInt(20));
        initiator.send(end, new byte[0]);
        done(tag);
        untouched();
    }

    @Test
    void anInitiatorThatSendsNothingIsNotWaitedForForEver() throws IOException {
        Pdu r2t = asked(initiator);
        int tag = manage(LOGICAL_UNIT_RESET);
        ping();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
        done(tag);
        give(r2t);
        untouched();
    }

    @Test
    void whatComesLaterIsAnsweredLater() throws IOException {
        Pdu r2t = asked(initiator);
        int tag = manage(ABORT_TASK_SET);
        initiator.send(initiator.command(0xA0, 512, WRITE_1), Arrays.copyOf(DATA, 512));
        initiator.send(initiator.command(0xC0, 512, READ_1), new byte[0]);
        ByteBuffer elsewhere = initiator.command(0x80, 0, READY).putLong(8, 1L << 48);
        initiator.send(elsewhere, new byte[0]);
        Pdu first = initiator.receive();
        assertThat(first.opcode()).isEqualTo(RESPONSE);
        assertThat(first.header().getInt(16)).as("of the other LUN").isEqualTo(elsewhere.getInt(16));
        give(r2t);
        done(tag);
        assertThat(initiator.receive().status()).as("the later write").isZero();
        Pdu read = initiator.receive();
        assertThat(read.opcode()).isEqualTo(DATA_IN);
        assertThat(read.data()).isEqualTo(Arrays.copyOf(DATA, 512));
    }

    @Test
    void aLaterWriteIsAskedForItsDataMeanwhileAndExecutedAfterwards() throws IOException {
        Pdu r2t = asked(initiator);
        int tag = manage(ABORT_TASK_SET);
        Pdu later = asked(initiator);
        give(later);
        ping();
        give(r2t);
        done(tag);
        assertThat(initiator.receive().header().getInt(16))
                .isEqualTo(later.header().getInt(16));
        initiator.send(initiator.command(0xC0, 512, READ_1), new byte[0]);
        assertThat(initiator.receiveData(512)).isEqualTo(Arrays.copyOf(DATA, 512));
    }

    @Test
    void requestsAreAnsweredOneAfterTheOther() throws IOException {
        Pdu r2t = asked(initiator);
        int set = manage(ABORT_TASK_SET);
        Pdu between = asked(initiator);
        int reset = manage(LOGICAL_UNIT_RESET);
        initiator.send(initiator.command(0x80, 0, READY), new byte[0]);
        int unknown = manage(ABORT_TASK);
        give(r2t);
        done(set);
        ping();
        give(between);
        done(reset);
        Pdu attention = null;
        Pdu notThere = null;
        for (int i = 0; i < 2; i++) {
            Pdu next = initiator.receive();
            if (next.opcode() == RESPONSE) {
                attention = next;
            } else {
                notThere = next;
            }
        }
        assertThat(attention.asc())
                .as("of the reset, for a command that came after it")
                .isEqualTo(0x29);
        assertThat(notThere.header().getInt(16)).isEqualTo(unknown);
        assertThat(notThere.header().get(2)).as("no such task").isEqualTo((byte) 1);
        untouched();
    }

    @Test
    void moreRequestsThanAreKeptAreRejected() throws IOException {
        Pdu r2t = asked(initiator);
        int first = manage(ABORT_TASK_SET);
        for (int i = 0; i < 16; i++) {
            manage(ABORT_TASK_SET);
        }
        int tooMany = manage(ABORT_TASK_SET);
        Pdu rejected = initiator.receive();
        assertThat(rejected.header().getInt(16)).isEqualTo(tooMany);
        assertThat(rejected.header().get(2)).isEqualTo((byte) 255);
        give(r2t);
        done(first);
        for (int i = 0; i < 16; i++) {
            assertThat(initiator.receive().header().get(2)).isZero();
        }
        untouched();
    }

    @Test
    void aConnectionThatEndsMeanwhileLeavesNothing() throws IOException {
        asked(initiator);
        manage(ABORT_TASK_SET);
        ping();
        initiator.close();
        await().until(() -> node.sessions().sessions().isEmpty());
    }

    @Test
    void aResetWaitsForTheDataOfTheOtherConnectionsToo() throws IOException {
        try (Initiator first = new Initiator(node.port());
                Initiator second = new Initiator(node.port())) {
            first.isid = 2;
            Pdu login = first.login(TARGET, "MaxConnections=4");
            first.ready();
            second.join(first, login, TARGET, 2);
            Pdu r2t = asked(second);
            ByteBuffer reset = first.header(0x42, 0x80 | LOGICAL_UNIT_RESET).putInt(24, second.cmdSn);
            first.send(reset, new byte[0]);
            first.send(first.header(0x40, 0x80).putInt(20, -1).putInt(24, second.cmdSn), new byte[0]);
            assertThat(first.receive().opcode()).isEqualTo(NOP_IN);
            second.dataOut(r2t.header().getInt(16), r2t.header().getInt(20), DATA, 512, 512, 512);
            Pdu response = first.receive();
            assertThat(response.opcode()).isEqualTo(TASK_MANAGEMENT_RESPONSE);
            assertThat(response.header().get(2)).isZero();
            second.send(second.header(0x40, 0x80).putInt(20, -1), new byte[0]);
            // the data may have come before the reset was known there
            boolean written = second.receive().opcode() == RESPONSE;
            first.cmdSn = second.cmdSn;
            Pdu attention = first.execute(0x80, 0, READY);
            assertThat(attention.asc()).isEqualTo(0x29);
            initiator.execute(0x80, 0, READY);
            initiator.send(initiator.command(0xC0, 512, READ_1), new byte[0]);
            assertThat(initiator.receiveData(512)).isEqualTo(written ? Arrays.copyOf(DATA, 512) : new byte[512]);
        }
    }

    @Test
    void aColdResetEndsAllSessionsOfTheTarget() throws IOException {
        try (Initiator other = new Initiator(node.port())) {
            other.isid = 2;
            other.login(TARGET);
            other.ready();
            done(manage(COLD_RESET));
            assertThat(initiator.closedByTarget()).isTrue();
            assertThat(other.receive().opcode()).isEqualTo(ASYNC_MESSAGE);
            assertThat(other.closedByTarget()).isTrue();
            await().until(() -> node.sessions().sessions().isEmpty());
        }
    }
}
