package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final int MAX_LOGINS = 4;

    private final TestNode node = new TestNode(new TestNode.Config() {
        @Override
        public long loginTimeoutMs() {
            return 300;
        }

        @Override
        public int maxLogins() {
            return MAX_LOGINS;
        }
    });

    {
        node.toAny("disk", new MemoryLu(1 << 20));
    }

    @AfterEach
    void othersAreServedStill() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            assertThat(initiator.login(TARGET).loginStatus()).isZero();
        }
        node.close();
    }

    @Test
    void whoSaysNothingIsClosed() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void whoStaysInTheLoginIsClosedHoweverBusy() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.loginStep(0, "InitiatorName=" + Initiator.NAME, "TargetName=" + TARGET);
            initiator.sendRaw(new byte[] {0x43});
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void noMoreThanSoManyAreInTheirLogin() throws IOException {
        List<Initiator> waiting = new ArrayList<>();
        for (int i = 0; i <= MAX_LOGINS; i++) {
            waiting.add(new Initiator(node.port()));
        }
        for (Initiator each : waiting) {
            assertThat(each.closedByTarget()).isTrue();
            each.close();
        }
    }

    @Test
    void aSegmentBeyondTheLimitIsNotRead() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            ByteBuffer header = initiator.header(0x43, 0x87).putInt(4, 0xFF_FFFF);
            initiator.sendRaw(header.array());
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x05, 0x06, 0x1F, 0x3F})
    void nothingButALoginComesFirst(int opcode) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.send(initiator.header(opcode, 0x80), new byte[0]);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }

    @Test
    void endlessContinuationIsEnded() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            int pdus = 0;
            try {
                while (pdus < 1000
                        && initiator.loginStep(0x44, "X=" + "y".repeat(4000)).loginStatus() == 0) {
                    pdus++;
                }
            } catch (IOException expected) {
                assertThat(expected).isNotNull();
            }
            assertThat(pdus).isLessThan(64);
        }
    }

    @Test
    void noiseIsNoProtocol() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[random.nextInt(1, 4000)];
            random.nextBytes(noise);
            try (Initiator initiator = new Initiator(node.port())) {
                initiator.sendRaw(noise);
                assertThat(initiator.closedByTarget()).isTrue();
            }
        }
    }

    @Test
    void noiseAfterTheLoginHarmsNobody() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            try (Initiator initiator = new Initiator(node.port())) {
                initiator.login(TARGET);
                for (int pdu = 0; pdu < 20; pdu++) {
                    byte[] noise = new byte[48];
                    random.nextBytes(noise);
                    // a small segment, so that most PDUs are whole
                    noise[4] = 0;
                    noise[5] = 0;
                    noise[6] = 0;
                    noise[7] = 0;
                    initiator.sendRaw(noise);
                }
            } catch (IOException closed) {
                assertThat(closed).hasMessageMatching("(?s).*(pipe|reset|closed).*");
            }
        }
    }

    @Test
    void anUnknownOpcodeIsRejectedAndTheSessionGoesOn() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.send(initiator.header(0x5C, 0x80), new byte[0]);
            Initiator.Pdu reject = initiator.receive();
            assertThat(reject.opcode()).isEqualTo(0x3F);
            assertThat(reject.header().get(2)).isEqualTo((byte) 5);
            initiator.ready();
            assertThat(initiator.execute(0x80, 0, "00 00 00 00 00 00").status()).isZero();
        }
    }

    @Test
    void aCommandOutsideOfTheWindowIsIgnored() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            ByteBuffer late = initiator.command(0x80, 0, "00 00 00 00 00 00");
            late.putInt(24, initiator.cmdSn - 5);
            initiator.cmdSn--;
            initiator.send(late, new byte[0]);
            int tag = initiator.command(0x80, 0, "00").getInt(16) + 1;
            initiator.cmdSn--;
            assertThat(initiator.execute(0x80, 0, "00 00 00 00 00 00").header().getInt(16))
                    .isEqualTo(tag);
        }
    }

    @Test
    void aGapInTheOrderEndsTheSession() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.cmdSn += 3;
            initiator.send(initiator.command(0x80, 0, "00 00 00 00 00 00"), new byte[0]);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }
}
