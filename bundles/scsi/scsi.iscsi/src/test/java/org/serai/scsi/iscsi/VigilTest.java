package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.serai.scsi.iscsi.Initiator.Pdu;

/** Peers that are gone without a word. */
class VigilTest {
    private static final String TARGET = TestNode.PREFIX + "disk";

    /** Long enough for whoever has something to do before it falls silent. */
    private final TestNode node = node(3_000, 200);

    private static TestNode node(long idleMs, long pingTimeoutMs) {
        TestNode node = new TestNode(new TestNode.Config() {
            @Override
            public long idleMs() {
                return idleMs;
            }

            @Override
            public long pingTimeoutMs() {
                return pingTimeoutMs;
            }
        });
        node.toAny("disk", new MemoryLu(8 << 20));
        return node;
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void whoIsSilentIsAskedAndStaysIfItAnswers() throws IOException {
        try (TestNode curious = node(100, 30_000);
                Initiator initiator = new Initiator(curious.port())) {
            initiator.login(TARGET);
            initiator.ready();
            for (int i = 0; i < 5; i++) {
                Pdu ping = initiator.receive();
                assertThat(ping.opcode()).isEqualTo(0x20);
                assertThat(ping.header().getInt(16)).isEqualTo(-1);
                int transferTag = ping.header().getInt(20);
                assertThat(transferTag).isNotEqualTo(-1);
                ByteBuffer pong = initiator.header(0x40, 0x80);
                pong.putInt(16, -1).putInt(20, transferTag);
                initiator.send(pong, new byte[0]);
            }
            initiator.send(initiator.command(0x80, 0, "00 00 00 00 00 00"), new byte[0]);
            Pdu answer = initiator.receiveAnswer();
            assertThat(answer.opcode()).isEqualTo(0x21);
            assertThat(answer.status()).isZero();
        }
    }

    @Test
    void whoDoesNotAnswerIsClosed() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            assertThat(initiator.closedByTarget()).isTrue();
        }
        await().until(() -> node.sessions().sessions().isEmpty() && node.usedBytes() == 0);
    }

    @Test
    void whoTakesNothingIsClosed() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET, "MaxRecvDataSegmentLength=262144");
            initiator.ready();
            for (int i = 0; i < 20; i++) {
                initiator.send(initiator.command(0xC0, 1 << 20, "28 00 00 00 00 00 00 08 00 00"), new byte[0]);
            }
            await().until(() -> node.sessions().sessions().isEmpty() && node.usedBytes() == 0);
        }
    }

    @Test
    void aDiscoverySessionDoesNotStay() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(Initiator.NAME, Optional.empty());
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }
}
