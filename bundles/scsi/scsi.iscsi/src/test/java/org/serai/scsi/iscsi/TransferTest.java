package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.cluster.ClusterError;
import org.serai.scsi.Export;
import org.serai.storage.StorageError;

class TransferTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final int BLOCKS = 600;
    private static final byte[] DATA = data();
    private static final String WRITE_600 = "2a 00 00 00 00 08 00 02 58 00";
    private static final String READ_600 = "28 00 00 00 00 08 00 02 58 00";

    private final TestNode node = new TestNode();
    private final MemoryLu lu = new MemoryLu(1 << 20);
    private final Export export = node.toAny("disk", lu);

    private static byte[] data() {
        byte[] data = new byte[BLOCKS * 512];
        new Random(1).nextBytes(data);
        return data;
    }

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Yes,Yes,None",
        "Yes,No,None",
        "No,Yes,None",
        "No,No,None",
        "Yes,Yes,CRC32C",
        "Yes,No,CRC32C",
        "No,Yes,CRC32C",
        "No,No,CRC32C"
    })
    void dataComesBackAsItWent(String initialR2t, String immediateData, String digest) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(
                    TARGET,
                    "InitialR2T=" + initialR2t,
                    "ImmediateData=" + immediateData,
                    "FirstBurstLength=16384",
                    "MaxBurstLength=65536",
                    "MaxRecvDataSegmentLength=8192",
                    "HeaderDigest=" + digest,
                    "DataDigest=" + digest);
            initiator.ready();
            int immediate = immediateData.equals("Yes") ? 4096 : 0;
            boolean unsolicited = initialR2t.equals("No");
            ByteBuffer write = initiator.command(unsolicited ? 0x20 : 0xA0, DATA.length, WRITE_600);
            int tag = write.getInt(16);
            initiator.send(write, Arrays.copyOf(DATA, immediate));
            if (unsolicited) {
                initiator.dataOut(tag, -1, DATA, immediate, 16384 - immediate, 4000);
            }
            Initiator.Pdu response = initiator.serveR2ts(DATA, 8192);
            assertThat(response.opcode()).isEqualTo(0x21);
            assertThat(response.status()).isZero();
            assertThat(response.residual()).isZero();
            initiator.send(initiator.command(0xC0, DATA.length, READ_600), new byte[0]);
            assertThat(initiator.receiveData(DATA.length)).isEqualTo(DATA);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "100,4"})
    void asManyBurstsAreAskedForAtOnceAsWereSettled(String offered, int expected) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            var keys = initiator
                    .login(TARGET, "MaxOutstandingR2T=" + offered, "MaxBurstLength=65536", "ImmediateData=No")
                    .keys();
            assertThat(keys).containsEntry("MaxOutstandingR2T", String.valueOf(expected));
            initiator.ready();
            initiator.send(initiator.command(0xA0, DATA.length, WRITE_600), new byte[0]);
            List<Initiator.Pdu> asked = new ArrayList<>();
            for (int i = 0; i < expected; i++) {
                asked.add(initiator.receive());
            }
            assertThat(asked).allMatch(pdu -> pdu.opcode() == 0x31);
            assertThat(asked).extracting(pdu -> pdu.header().getInt(40)).isEqualTo(offsets(expected));
            for (Initiator.Pdu r2t : asked) {
                initiator.dataOut(
                        r2t.header().getInt(16),
                        r2t.header().getInt(20),
                        DATA,
                        r2t.header().getInt(40),
                        r2t.header().getInt(44),
                        8192);
            }
            assertThat(initiator.serveR2ts(DATA, 8192).status()).isZero();
            initiator.send(initiator.command(0xC0, DATA.length, READ_600), new byte[0]);
            assertThat(initiator.receiveData(DATA.length)).isEqualTo(DATA);
        }
    }

    private static List<Integer> offsets(int count) {
        return IntStream.range(0, count).mapToObj(burst -> burst * 65536).toList();
    }

    @Test
    void aDamagedSegmentFailsTheCommandAndLeavesTheDisk() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET, "DataDigest=CRC32C");
            initiator.ready();
            ByteBuffer write = initiator.command(0xA0, 512, "2a 00 00 00 00 00 00 00 01 00");
            initiator.send(write, Arrays.copyOf(DATA, 512), true);
            assertThat(initiator.receive().header().get(2)).as("reject reason").isEqualTo((byte) 2);
            Initiator.Pdu response = initiator.receive();
            assertThat(response.senseKey()).isEqualTo(0xB);
            assertThat(response.asc()).isEqualTo(0x47);
            initiator.send(initiator.command(0xC0, 512, "28 00 00 00 00 00 00 00 01 00"), new byte[0]);
            assertThat(initiator.receiveData(512)).isEqualTo(new byte[512]);
        }
    }

    @ParameterizedTest
    @CsvSource({"512,0x80,0", "1024,0x82,512", "200,0x84,312", "0,0x84,512"})
    void residualsAreCounted(int expected, String flags, int residual) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            Initiator.Pdu pdu = initiator.execute(0xC0, expected, "28 00 00 00 00 00 00 00 01 00");
            assertThat(pdu.flags() & 0xFE).isEqualTo(Integer.decode(flags));
            assertThat(pdu.residual()).isEqualTo(residual);
            assertThat(pdu.data()).hasSize(Math.min(expected, 512));
        }
    }

    @Test
    void whatStorageCannotDoIsTold() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            lu.failWith(StorageError.POOL_FULL.error("w", "c", "a"));
            assertThat(write(initiator)).containsExactly(2, 0x7, 0x27);
            lu.failWith(StorageError.IO_FAILED.error("w", "c", "a"));
            assertThat(write(initiator)).containsExactly(2, 0x3, 0x0C);
            Initiator.Pdu read = initiator.execute(0xC0, 512, "28 00 00 00 00 00 00 00 01 00");
            assertThat(read.senseKey()).isEqualTo(3);
            assertThat(read.asc()).isEqualTo(0x11);
            lu.failWith(ClusterError.FENCED.error("w", "c", "a"));
            assertThat(write(initiator)).containsExactly(8);
            lu.heal();
            assertThat(write(initiator)).containsExactly(0);
        }
    }

    private static int[] write(Initiator initiator) throws IOException {
        ByteBuffer write = initiator.command(0xA0, 512, "2a 00 00 00 00 00 00 00 01 00");
        initiator.send(write, Arrays.copyOf(DATA, 512));
        Initiator.Pdu pdu = initiator.receive();
        return pdu.status() == 2 ? new int[] {pdu.status(), pdu.senseKey(), pdu.asc()} : new int[] {pdu.status()};
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "2,0", "3,0", "4,2", "5,2", "7,2"})
    void anAttributeThatThereIsNotIsRefused(int attribute, int status) throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            Initiator.Pdu pdu = initiator.execute(0x80 | attribute, 0, "00 00 00 00 00 00");
            assertThat(pdu.status()).isEqualTo(status);
            if (status != 0) {
                assertThat(pdu.senseKey()).isEqualTo(5);
                assertThat(pdu.asc()).as("INVALID MESSAGE ERROR").isEqualTo(0x49);
            }
        }
    }

    @Test
    void forcedUnitAccessFlushes() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            write(initiator);
            assertThat(lu.flushes()).isZero();
            ByteBuffer write = initiator.command(0xA0, 512, "2a 08 00 00 00 00 00 00 01 00");
            initiator.send(write, Arrays.copyOf(DATA, 512));
            initiator.receive();
            assertThat(lu.flushes()).isEqualTo(1);
        }
    }

    @Test
    void anAbortedWriteIsNotDone() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            ByteBuffer write = initiator.command(0xA0, 1024, "2a 00 00 00 00 00 00 00 02 00");
            initiator.send(write, Arrays.copyOf(DATA, 512));
            Initiator.Pdu r2t = initiator.receive();
            assertThat(r2t.opcode()).isEqualTo(0x31);
            ByteBuffer abort = initiator.header(0x42, 0x81);
            abort.putInt(20, write.getInt(16));
            initiator.send(abort, new byte[0]);
            Initiator.Pdu done = initiator.receive();
            assertThat(done.opcode()).isEqualTo(0x22);
            assertThat(done.header().get(2)).isZero();
            initiator.dataOut(write.getInt(16), r2t.header().getInt(20), DATA, 512, 512, 512);
            initiator.send(initiator.command(0xC0, 512, "28 00 00 00 00 00 00 00 01 00"), new byte[0]);
            assertThat(initiator.receiveData(512)).isEqualTo(new byte[512]);
        }
    }

    @Test
    void anExportThatIsClosedTellsItsSessions() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            initiator.ready();
            assertThat(export.sessions()).isEqualTo(1);
            export.close();
            Initiator.Pdu async = initiator.receive();
            assertThat(async.opcode()).isEqualTo(0x32);
            assertThat(async.header().get(36)).isEqualTo((byte) 3);
            assertThat(initiator.closedByTarget()).isTrue();
            assertThat(export.sessions()).isZero();
        }
    }

    @Test
    void aPingComesBackAndALogoutIsAnswered() throws IOException {
        try (Initiator initiator = new Initiator(node.port())) {
            initiator.login(TARGET);
            ByteBuffer ping = initiator.header(0x40, 0x80);
            ping.putInt(20, -1);
            initiator.send(ping, new byte[] {1, 2, 3});
            assertThat(initiator.receive().data()).containsExactly(1, 2, 3);
            initiator.send(initiator.header(0x46, 0x80), new byte[0]);
            assertThat(initiator.receive().opcode()).isEqualTo(0x26);
            assertThat(initiator.closedByTarget()).isTrue();
        }
    }
}
