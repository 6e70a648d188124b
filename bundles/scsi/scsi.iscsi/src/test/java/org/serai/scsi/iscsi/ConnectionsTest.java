package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.iscsi.Initiator.Pdu;

/** Sessions of several connections. */
class ConnectionsTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final String READY = "00 00 00 00 00 00";
    private static final int LOGOUT = 0x46;
    private static final int TASK_MANAGEMENT = 0x42;

    private final TestNode node = new TestNode();
    private Initiator first;
    private Initiator second;
    private Pdu login;

    @BeforeEach
    void twoConnections() throws IOException {
        node.toAny("disk", new MemoryLu(1 << 20));
        first = new Initiator(node.port());
        second = new Initiator(node.port());
        login = first.login(TARGET, "MaxConnections=2", "InitialR2T=No");
        assertThat(login.keys()).containsEntry("MaxConnections", "2");
        first.ready();
        assertThat(second.join(first, login, TARGET, 2).loginStatus()).isZero();
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
        await().until(() -> node.usedBytes() == 0);
        node.close();
    }

    @Test
    void bothBelongToOneSession() throws IOException {
        assertThat(second.receiveReady(first)).isZero();
        assertThat(node.sessions().sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.connections()).hasSize(2));
    }

    @Test
    void aCommandWaitsForThoseBeforeItThatAnotherConnectionBrings() throws IOException {
        ByteBuffer before = first.command(0x80, 0, READY);
        second.cmdSn = first.cmdSn;
        int last = second.cmdSn;
        second.send(second.command(0x80, 0, READY), new byte[0]);
        first.send(before, new byte[0]);
        assertThat(first.receive().status()).isZero();
        Pdu later = second.receive();
        assertThat(later.status()).isZero();
        assertThat(later.header().getInt(28)).as("ExpCmdSN").isEqualTo(last + 1);
    }

    @Test
    void oneLogsOutAndTheOtherGoesOn() throws IOException {
        assertThat(logOut(second, 1, 2)).isZero();
        assertThat(second.closedByTarget()).isTrue();
        assertThat(first.execute(0x80, 0, READY).status()).isZero();
    }

    @Test
    void oneLogsTheOtherOut() throws IOException {
        assertThat(logOut(first, 1, 2)).isZero();
        assertThat(second.closedByTarget()).isTrue();
        assertThat(logOut(first, 1, 9)).as("a CID that is not there").isEqualTo(1);
        assertThat(logOut(first, 2, 2)).as("recovery").isEqualTo(2);
        assertThat(first.execute(0x80, 0, READY).status()).isZero();
    }

    @Test
    void theSessionIsLoggedOutWithAll() throws IOException {
        assertThat(logOut(first, 0, 0)).isZero();
        assertThat(first.closedByTarget()).isTrue();
        assertThat(second.closedByTarget()).isTrue();
        await().until(() -> node.sessions().sessions().isEmpty());
    }

    private static int logOut(Initiator initiator, int reason, int cid) throws IOException {
        ByteBuffer request = initiator.header(LOGOUT, 0x80 | reason);
        request.putShort(20, (short) cid);
        initiator.send(request, new byte[0]);
        Pdu response = initiator.receive();
        assertThat(response.opcode()).isEqualTo(0x26);
        return response.header().get(2);
    }

    @Test
    void aConnectionThatIsLostTakesTheSessionWithIt() throws IOException {
        second.close();
        assertThat(first.closedByTarget()).isTrue();
        await().until(() -> node.sessions().sessions().isEmpty());
    }

    @Test
    void aConnectionIsReinstated() throws IOException {
        try (Initiator again = new Initiator(node.port())) {
            assertThat(again.join(first, login, TARGET, 2).loginStatus()).isZero();
            assertThat(second.closedByTarget()).isTrue();
            assertThat(again.receiveReady(first)).isZero();
            first.cmdSn = again.cmdSn;
            assertThat(first.execute(0x80, 0, READY).status()).isZero();
        }
    }

    @Test
    void theOnlyConnectionIsReinstated() throws IOException {
        logOut(first, 1, 2);
        try (Initiator again = new Initiator(node.port())) {
            Pdu response = again.join(first, login, TARGET, 1);
            assertThat(response.loginStatus()).isZero();
            assertThat(response.header().getShort(14)).isEqualTo(login.header().getShort(14));
            assertThat(again.execute(0x80, 0, READY).status()).isZero();
        }
    }

    @Test
    void noMoreThanWereSettledAreLetIn() throws IOException {
        try (Initiator third = new Initiator(node.port())) {
            assertThat(third.join(first, login, TARGET, 3).loginStatus()).isEqualTo(0x0206);
        }
    }

    @Test
    void aSessionThatIsNotThereIsNotJoined() throws IOException {
        try (Initiator third = new Initiator(node.port())) {
            third.tsih = 4711;
            assertThat(third.login(TARGET).loginStatus()).isEqualTo(0x020A);
        }
    }

    @Test
    void whatIsTheSessionsIsNotSettledAgain() throws IOException {
        try (Initiator third = new Initiator(node.port())) {
            third.tsih = login.header().getShort(14);
            assertThat(third.login(TARGET, "ImmediateData=No").loginStatus()).isEqualTo(0x0200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 6})
    void tasksAreAbortedOverAllConnections(int function) throws IOException {
        ByteBuffer write = second.command(0x20, 1024, "2a 00 00 00 00 05 00 00 02 00");
        int tag = write.getInt(16);
        write.putInt(24, first.cmdSn);
        second.send(write, new byte[512]);
        second.send(second.header(0x40, 0x80).putInt(20, -1), new byte[0]);
        assertThat(second.receive().opcode())
                .as("the write before it was taken")
                .isEqualTo(0x20);
        first.cmdSn++;
        ByteBuffer request = first.header(TASK_MANAGEMENT, 0x80 | function);
        request.putInt(20, tag);
        first.send(request, new byte[0]);
        assertThat(first.receive().header().get(2)).isZero();
        // what still comes for it is dropped, and its tag is free
        second.dataOut(tag, -1, new byte[1024], 512, 512, 512);
        second.cmdSn = first.cmdSn;
        byte[] read = readBlock();
        assertThat(read).isEqualTo(new byte[512]);
    }

    private byte[] readBlock() throws IOException {
        Pdu pdu;
        do {
            // a reset leaves a unit attention to others only; the nexus is one for both connections
            second.send(second.command(0xC0, 512, "28 00 00 00 00 05 00 00 01 00"), new byte[0]);
            pdu = second.receive();
        } while (pdu.opcode() != 0x25);
        return pdu.data();
    }

    @Test
    void aLunIsTheSameInWhicheverWayItIsAddressed() throws IOException {
        ByteBuffer write = first.command(0x20, 1024, "2a 00 00 00 00 05 00 00 02 00");
        int tag = write.getInt(16);
        first.send(write, new byte[512]);
        ByteBuffer request = first.header(TASK_MANAGEMENT, 0x82);
        request.putLong(8, 0x4000_0000_0000_0000L);
        first.send(request, new byte[0]);
        assertThat(first.receive().header().get(2)).isZero();
        ByteBuffer again = first.command(0x80, 0, READY).putInt(16, tag);
        first.send(again, new byte[0]);
        Pdu response = first.receive();
        assertThat(response.opcode()).as("the tag is free").isEqualTo(0x21);
        assertThat(response.status()).isZero();
    }

    @Test
    void aTaskThatIsNowhereDoesNotExist() throws IOException {
        ByteBuffer request = first.header(TASK_MANAGEMENT, 0x81);
        request.putInt(20, 4711);
        first.send(request, new byte[0]);
        assertThat(first.receive().header().get(2)).isEqualTo((byte) 1);
    }

    @Test
    void reassignmentIsNotSupported() throws IOException {
        first.send(first.header(TASK_MANAGEMENT, 0x88), new byte[0]);
        assertThat(first.receive().header().get(2)).isEqualTo((byte) 4);
    }

    @Test
    void aColdResetEndsTheSession() throws IOException {
        first.send(first.header(TASK_MANAGEMENT, 0x87), new byte[0]);
        assertThat(first.receive().header().get(2)).isZero();
        assertThat(first.closedByTarget()).isTrue();
        assertThat(second.closedByTarget()).isTrue();
    }
}
