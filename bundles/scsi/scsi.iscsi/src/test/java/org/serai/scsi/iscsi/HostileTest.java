package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final int MAX_LOGINS = 4;

    private final TestNode node = node(15_000);

    private static TestNode node(long loginTimeoutMs) {
        TestNode node = new TestNode(new TestNode.Config() {
            @Override
            public long loginTimeoutMs() {
                return loginTimeoutMs;
            }

            @Override
            public int maxLogins() {
                return MAX_LOGINS;
            }
        });
        node.toAny("disk", new MemoryLu(1 << 20));
        return node;
    }

    @AfterEach
    void othersAreServedStill() {
        servesOthers(node);
        node.close();
    }

    /** As soon as the places are free of those whose connections are at their end. */
    private static void servesOthers(TestNode node) {
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            try (Initiator initiator = new Initiator(node.port())) {
                return initiator.login(TARGET).loginStatus() == 0;
            }
        });
    }

    @Test
    void whoSaysNothingIsClosed() throws IOException {
        try (TestNode hasty = node(300)) {
            try (Initiator initiator = new Initiator(hasty.port())) {
                assertThat(initiator.closedByTarget()).isTrue();
            }
            servesOthers(hasty);
        }
    }

    @Test
    void whoStaysInTheLoginIsClosedHoweverBusy() throws IOException {
        try (TestNode hasty = node(3_000);
                Initiator initiator = new Initiator(hasty.port())) {
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
        assertThat(waiting.getLast().closedByTarget()).isTrue();
        for (Initiator each : waiting) {
            each.close();
        }
    }

    @Test
    void nobodyTakesThePlacesOfAllOthers() throws IOException {
        TestNode.Config fair = new TestNode.Config() {
            @Override
            public int maxLoginsPerAddress() {
                return 2;
            }
        };
        try (TestNode other = new TestNode(fair)) {
            other.toAny("disk", new MemoryLu(1 << 20));
            List<Initiator> open = List.of(new Initiator(other.port()), new Initiator(other.port()));
            try (Initiator third = new Initiator(other.port())) {
                assertThat(third.closedByTarget()).isTrue();
            }
            for (Initiator each : open) {
                each.close();
            }
            servesOthers(other);
        }
    }

    @Test
    void aFloodOfLoginsHarmsNobodyWhoIsConnected() throws IOException {
        node.toAny("witnessed", new MemoryLu(1 << 20));
        try (Witness witness = new Witness(node, TestNode.PREFIX + "witnessed")) {
            witness.awaitRounds(1);
            for (int round = 0; round < 10; round++) {
                List<Initiator> flood = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    Initiator each = new Initiator(node.port());
                    flood.add(each);
                    each.trySend(each.header(0x43, 0x87).array());
                }
                witness.awaitRounds(1);
                for (Initiator each : flood) {
                    each.close();
                }
            }
            witness.awaitRounds(1);
        }
        await().until(() -> node.usedBytes() == 0);
    }

    @Test
    void nobodyStaysInDiscoveryHoweverBusy() throws IOException {
        List<Initiator> open = new ArrayList<>();
        try (TestNode hasty = node(3_000)) {
            for (int i = 0; i < MAX_LOGINS; i++) {
                Initiator each = new Initiator(hasty.port());
                open.add(each);
                assertThat(each.login(Initiator.NAME, Optional.empty()).loginStatus())
                        .isZero();
            }
            assertThat(hasty.usedBytes()).isLessThan(MAX_LOGINS * 65_537L);
            for (Initiator each : open) {
                assertThat(each.closedByTarget()).isTrue();
                each.close();
            }
            await().until(() -> hasty.usedBytes() == 0);
        }
    }

    @Test
    void noMemoryIsPromisedThatIsNotThere() throws IOException {
        TestNode.Config small = new TestNode.Config() {
            @Override
            public int bufferMiB() {
                return 8;
            }
        };
        List<Initiator> open = new ArrayList<>();
        try (TestNode other = new TestNode(small)) {
            other.toAny("disk", new MemoryLu(8 << 20));
            int status = 0;
            while (status == 0) {
                Initiator next = new Initiator(other.port());
                open.add(next);
                next.isid = open.size();
                status = next.login(TARGET, "InitialR2T=Yes").loginStatus();
            }
            assertThat(status).isEqualTo(0x0302);
            assertThat(open).hasSizeBetween(3, 8);
            Initiator first = open.getFirst().ready();
            // 1 MiB each, of which there are no more than three or four
            int full = 0;
            for (int i = 0; i < 8; i++) {
                first.send(first.command(0xA0, 1 << 20, "2a 00 00 00 00 00 00 08 00 00"), new byte[0]);
                Initiator.Pdu answer = first.receive();
                full += answer.opcode() == 0x21 && answer.status() == 0x28 ? 1 : 0;
            }
            assertThat(full).isPositive();
            assertThat(other.usedBytes()).isLessThanOrEqualTo(8 << 20);
            for (Initiator each : open) {
                each.close();
            }
            await().until(() -> other.usedBytes() == 0);
        }
    }

    @Test
    void anExtendedCdbThatIsNoneHarmsNobody() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            for (int length : new int[] {0, 1, 2, 17, 0xFFFF}) {
                ByteBuffer header =
                        initiator.command(0xC0, 96, "12 00 00 00 60 00").put(4, (byte) 2);
                ByteBuffer pdu = ByteBuffer.allocate(56).put(header.array());
                pdu.putShort((short) length).put((byte) 1);
                initiator.sendRaw(pdu.array());
                assertThat(initiator.receive().data()).hasSize(96);
            }
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
