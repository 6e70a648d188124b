package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.cluster.ClusterError;
import org.serai.scsi.iscsi.Initiator.Pdu;

/** Commands that last, and what goes on beside them. */
class LongCommandsTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final String SANITIZE = "48 02 00 00 00 00 00 00 00 00";
    private static final String FORMAT_UNIT = "04 00 00 00 00 00";
    private static final String READY = "00 00 00 00 00 00";
    private static final int TASK_MANAGEMENT = 0x42;
    private static final int RESPONSE = 0x21;
    private static final int NOP_IN = 0x20;
    private static final int TASK_SET_FULL = 0x28;

    private final TestNode node = new TestNode();
    private final MemoryLu lu = new MemoryLu(1 << 20);
    private final CountDownLatch held = new CountDownLatch(1);
    private Initiator initiator;

    @BeforeEach
    void login() throws IOException {
        node.toAny("disk", lu);
        initiator = new Initiator(node.port());
        initiator.login(TARGET);
        initiator.ready();
        lu.hold(held);
    }

    @AfterEach
    void close() throws IOException {
        held.countDown();
        initiator.close();
        await().until(() -> node.usedBytes() == 0);
        node.close();
    }

    private int begin(String cdb) throws IOException {
        ByteBuffer command = initiator.command(0x80, 0, cdb);
        initiator.send(command, new byte[0]);
        return command.getInt(16);
    }

    private void ping() throws IOException {
        initiator.send(initiator.header(0x40, 0x80).putInt(20, -1), new byte[0]);
        assertThat(initiator.receive().opcode()).isEqualTo(NOP_IN);
    }

    private Pdu manage(int function, int tag) throws IOException {
        initiator.send(initiator.header(TASK_MANAGEMENT, 0x80 | function).putInt(20, tag), new byte[0]);
        Pdu response = initiator.receive();
        assertThat(response.opcode()).isEqualTo(0x22);
        return response;
    }

    private void notReady(int qualifier) throws IOException {
        AtomicReference<Pdu> answer = new AtomicReference<>();
        await().until(() -> {
            answer.set(initiator.execute(0x80, 0, READY));
            return answer.get().status() != 0;
        });
        Pdu pdu = answer.get();
        assertThat(pdu.senseKey()).isEqualTo(2);
        assertThat(pdu.asc()).isEqualTo(4);
        assertThat(pdu.data()[2 + 13]).isEqualTo((byte) qualifier);
        assertThat(pdu.data()[2 + 15]).as("SKSV").isEqualTo((byte) 0x80);
    }

    @Test
    void theConnectionGoesOnWhileAnLuIsErased() throws IOException {
        int tag = begin(SANITIZE);
        ping();
        notReady(0x1B);
        held.countDown();
        Pdu response = initiator.receive();
        assertThat(response.opcode()).isEqualTo(RESPONSE);
        assertThat(response.header().getInt(16)).isEqualTo(tag);
        assertThat(response.status()).isZero();
        assertThat(initiator.execute(0x80, 0, READY).status()).isZero();
    }

    @Test
    void withImmedTheStatusComesFirst() throws IOException {
        assertThat(initiator.execute(0x80, 0, "48 82 00 00 00 00 00 00 00 00").status())
                .isZero();
        notReady(0x1B);
        held.countDown();
        await().until(() -> initiator.execute(0x80, 0, READY).status() == 0);
    }

    @Test
    void anErasureGoesOnWhenItsCommandIsAborted() throws IOException {
        int tag = begin(SANITIZE);
        assertThat(manage(1, tag).header().get(2)).isZero();
        notReady(0x1B);
        held.countDown();
        // the next answer is of another command: there is none for the aborted one
        await().until(() -> initiator.execute(0x80, 0, READY).status() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 6})
    void aFormatEndsWithItsCommand(int function) throws IOException {
        lu.failWith(ClusterError.FENCED.error("the LU waits", "cause", "action"));
        held.countDown();
        int tag = begin(FORMAT_UNIT);
        notReady(0x04);
        assertThat(manage(function, tag).header().get(2)).isZero();
        lu.heal();
        Pdu refused = initiator.execute(0x80, 0, READY);
        assertThat(refused.senseKey()).isIn(3, 6);
        if (refused.senseKey() == 6) {
            refused = initiator.execute(0x80, 0, READY);
        }
        assertThat(refused.asc()).as("MEDIUM FORMAT CORRUPTED").isEqualTo(0x31);
        assertThat(initiator.execute(0x80, 0, FORMAT_UNIT).status()).isZero();
        assertThat(initiator.execute(0x80, 0, READY).status()).isZero();
    }

    @Test
    void aConnectionThatEndsWaitsForNoErasure() throws IOException {
        begin(SANITIZE);
        ping();
        initiator.close();
        await().until(() -> node.sessions().sessions().isEmpty());
        assertThat(held.getCount()).isOne();
    }

    @Test
    void aTagThatIsInUseIsRefused() throws IOException {
        int tag = begin(SANITIZE);
        initiator.send(initiator.command(0x80, 0, READY).putInt(16, tag), new byte[0]);
        Pdu reject = initiator.receive();
        assertThat(reject.opcode()).isEqualTo(0x3F);
        assertThat(reject.header().get(2)).isEqualTo((byte) 7);
        held.countDown();
        assertThat(initiator.receive().header().getInt(16)).isEqualTo(tag);
    }

    @Test
    void onlySoManyLastAtOnce() throws IOException {
        byte[] list = copyOfOneBlock();
        for (int i = 0; i < 8; i++) {
            copy(list);
        }
        copy(list);
        Pdu full = initiator.receive();
        assertThat(full.status()).isEqualTo(TASK_SET_FULL);
        ping();
        held.countDown();
        for (int i = 0; i < 8; i++) {
            assertThat(initiator.receive().status()).isZero();
        }
    }

    private void copy(byte[] list) throws IOException {
        String cdb = String.format("83 00 00 00 00 00 00 00 00 00 %08x 00 00", list.length);
        initiator.send(initiator.command(0xA0, list.length, cdb), list);
    }

    /** Nothing is kept of its outcome. */
    private static byte[] copyOfOneBlock() {
        UUID serial = UUID.nameUUIDFromBytes("disk0".getBytes());
        ByteBuffer list = ByteBuffer.allocate(16 + 32 + 28);
        list.put(1, (byte) 0x18).putShort(2, (short) 32).putInt(8, 28);
        list.put(16, (byte) 0xE4).put(20, (byte) 1).put(21, (byte) 3).put(23, (byte) 8);
        long folded = serial.getMostSignificantBits() ^ Long.rotateLeft(serial.getLeastSignificantBits(), 17);
        list.putLong(24, 3L << 60 | folded & (1L << 60) - 1).putInt(44, 512);
        list.put(48, (byte) 2).putShort(50, (short) 24).putShort(58, (short) 1).putLong(68, 8);
        return list.array();
    }
}
