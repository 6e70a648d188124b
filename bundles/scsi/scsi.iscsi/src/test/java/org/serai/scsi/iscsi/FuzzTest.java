package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Whatever a peer sends: another one's I/O goes on and is right, nothing is logged that nobody expected, all memory comes
 * back, and the connection comes to its end.
 */
class FuzzTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("org.serai");

    private static TestNode node;
    private static Witness witness;
    private static long usedByWitness;

    @BeforeContainer
    static void serve() throws IOException {
        node = new TestNode();
        node.toAny("disk", new MemoryLu(1 << 20));
        node.toAny("witnessed", new MemoryLu(1 << 20));
        LOG.start();
        LOGGER.addAppender(LOG);
        witness = new Witness(node, TestNode.PREFIX + "witnessed");
        // The least that is seen is what it takes between two of its commands.
        usedByWitness = Long.MAX_VALUE;
        for (int look = 0; look < 50; look++) {
            witness.awaitRounds(1);
            usedByWitness = Math.min(usedByWitness, node.usedBytes());
        }
    }

    @AfterContainer
    static void end() throws IOException {
        witness.close();
        await().until(() -> node.usedBytes() == 0);
        node.close();
        LOGGER.detachAppender(LOG);
    }

    /** A PDU that is right, and what is put over it. */
    private record Mutant(Kind kind, List<Patch> patches, byte[] data, int claimedBytes) {}

    private record Patch(int offset, int value) {}

    private enum Kind {
        NOP_OUT(0x40, 0x80),
        READ(0x01, 0xC0),
        WRITE(0x01, 0xA0),
        UNSOLICITED_WRITE(0x01, 0x20),
        TASK_MANAGEMENT(0x42, 0x82),
        LOGIN(0x43, 0x87),
        TEXT(0x44, 0x80),
        DATA_OUT(0x05, 0x80),
        LOGOUT(0x46, 0x80),
        SNACK(0x10, 0x80),
        NOISE(0x3A, 0xFF);

        private final int opcode;
        private final int flags;

        Kind(int opcode, int flags) {
            this.opcode = opcode;
            this.flags = flags;
        }
    }

    @Provide
    Arbitrary<List<Mutant>> mutants() {
        Arbitrary<Integer> bytes = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of(0, 1, 0x7F, 0x80, 0xFE, 0xFF)),
                Tuple.of(1, Arbitraries.integers().between(0, 255)));
        Arbitrary<Patch> patch = Combinators.combine(Arbitraries.integers().between(0, 47), bytes)
                .as(Patch::new);
        Arbitrary<byte[]> data = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(new byte[0])),
                Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(600)),
                Tuple.of(1, text()));
        // mostly what is there; else more than there is, or more than is allowed
        Arbitrary<Integer> claimed = Arbitraries.frequency(Tuple.of(8, -1), Tuple.of(1, 5000), Tuple.of(1, 0xFF_FFFF));
        return Combinators.combine(Arbitraries.of(Kind.class), patch.list().ofMaxSize(4), data, claimed)
                .as(Mutant::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static Arbitrary<byte[]> text() {
        Arbitrary<String> keys = Arbitraries.of(
                "SendTargets",
                "MaxRecvDataSegmentLength",
                "MaxBurstLength",
                "HeaderDigest",
                "InitiatorName",
                "TargetName",
                "AuthMethod",
                "CHAP_A",
                "CHAP_N",
                "CHAP_R",
                "CHAP_I",
                "CHAP_C",
                "SessionType",
                "X-y",
                "",
                "k".repeat(80));
        Arbitrary<String> values = Arbitraries.of(
                "All",
                "",
                "0",
                "-1",
                "99999999999",
                "0x",
                "0xffffffff",
                "CRC32C,None",
                "CHAP,None",
                "7",
                "Yes",
                "Reject",
                "0bAA=",
                "=",
                "é\u0001",
                "v".repeat(400));
        return Combinators.combine(keys, values, Arbitraries.of("=", "", "=="))
                .as((key, value, equals) -> key + equals + value)
                .list()
                .ofMaxSize(6)
                .map(pairs -> Initiator.text(pairs.toArray(String[]::new)));
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void nothingThatComesBeforeTheLoginHarms(@ForAll("mutants") List<Mutant> mutants) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            endure(initiator, mutants);
        }
        allIsWell();
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void nothingThatComesAfterTheLoginHarms(
            @ForAll("mutants") List<Mutant> mutants, @ForAll boolean digests, @ForAll boolean asksForAll)
            throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            String digest = digests ? "CRC32C" : "None";
            assertThat(initiator
                            .login(
                                    TARGET,
                                    "HeaderDigest=" + digest,
                                    "DataDigest=" + digest,
                                    "MaxConnections=4",
                                    "InitialR2T=" + (asksForAll ? "Yes" : "No"),
                                    "MaxOutstandingR2T=4",
                                    "MaxBurstLength=512")
                            .loginStatus())
                    .isZero();
            endure(initiator, mutants);
        }
        allIsWell();
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void noBytesHarm(@ForAll byte[] noise, @ForAll boolean afterLogin) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            if (afterLogin) {
                initiator.login(TARGET);
            }
            initiator.trySend(noise);
            initiator.finish();
            assertThat(initiator.closedByTarget()).isTrue();
        }
        allIsWell();
    }

    private static void endure(Initiator initiator, List<Mutant> mutants) throws IOException {
        for (Mutant each : mutants) {
            initiator.trySend(pdu(initiator, each));
        }
        initiator.finish();
        assertThat(initiator.closedByTarget()).isTrue();
    }

    private static ByteBuffer pdu(Initiator initiator, Mutant mutant) {
        ByteBuffer header = initiator.header(mutant.kind().opcode, mutant.kind().flags);
        header.putShort(8, (short) 0);
        switch (mutant.kind()) {
            case READ -> header.putInt(20, 4096).put(32, (byte) 0x28).put(40, (byte) 8);
            case WRITE, UNSOLICITED_WRITE ->
                header.putInt(20, 4096).put(32, (byte) 0x2A).put(40, (byte) 8);
            case DATA_OUT -> header.putInt(16, header.getInt(16) - 1).putInt(20, 1);
            case TEXT, NOP_OUT -> header.putInt(20, -1);
            case TASK_MANAGEMENT -> header.putInt(20, header.getInt(16) - 1);
            default -> {
                // as it is
            }
        }
        if ((header.get(0) & 0x40) == 0 && mutant.kind() != Kind.DATA_OUT) {
            initiator.cmdSn++;
        }
        for (Patch each : mutant.patches()) {
            header.put(each.offset(), (byte) each.value());
        }
        // the length is what the data is, or what is claimed; a patch of it would be one of these two
        return initiator.pdu(header, mutant.data(), mutant.claimedBytes());
    }

    private static void allIsWell() {
        witness.awaitRounds(1);
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> node.usedBytes() <= usedByWitness);
        assertThat(LOG.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .isEmpty();
        LOG.list.clear();
    }
}
