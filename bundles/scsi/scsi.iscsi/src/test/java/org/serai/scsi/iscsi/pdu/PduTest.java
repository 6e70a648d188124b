package org.serai.scsi.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PduTest {
    /** A channel that takes a few bytes at a time. */
    private static final class Wire implements GatheringByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer from) {
            int taken = Math.min(7, from.remaining());
            for (int i = 0; i < taken; i++) {
                bytes.write(from.get());
            }
            return taken;
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                if (from[i].hasRemaining()) {
                    return write(from[i]);
                }
            }
            return 0;
        }

        @Override
        public long write(ByteBuffer[] from) {
            return write(from, 0, from.length);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing to close
        }
    }

    private static ReadableByteChannel channel(byte[] bytes, int each) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer into) {
                if (!source.hasRemaining()) {
                    return -1;
                }
                int length = Math.min(each, Math.min(source.remaining(), into.remaining()));
                into.put(source.slice(source.position(), length));
                source.position(source.position() + length);
                return length;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // nothing to close
            }
        };
    }

    /** RFC 7143, appendix A.4: the digests of 32 bytes of zeros and of ones. */
    @ParameterizedTest
    @CsvSource({"0x00,0xaa36918a", "0xff,0x43aba862"})
    void digestsAreThoseOfTheStandard(String filler, String expected) {
        ByteBuffer data = ByteBuffer.allocateDirect(32);
        while (data.hasRemaining()) {
            data.put(Integer.decode(filler).byteValue());
        }
        int wire = Long.decode(expected).intValue();
        assertThat(new Digest(data).of(0, 32)).isEqualTo(wire);
        assertThat(new Digest(data).of(data.flip().limit(32), 0)).isEqualTo(wire);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 48, 100_000})
    void whatIsWrittenIsReadHoweverItIsCut(int each) throws IOException {
        for (boolean digests : new boolean[] {false, true}) {
            Wire wire = new Wire();
            PduWriter writer = new PduWriter(wire, ByteBuffer.allocateDirect(4096), digests, digests);
            ByteBuffer elsewhere =
                    ByteBuffer.allocateDirect(5).put(new byte[] {9, 8, 7, 6, 5}).flip();
            for (int i = 0; i < 40; i++) {
                writer.begin(Opcode.NOP_IN, 0x80, i);
                writer.data(i).put(new byte[i]);
                writer.end(i);
                writer.begin(Opcode.DATA_IN, 0, 0);
                writer.endReferring(elsewhere.duplicate());
            }
            writer.flush();
            PduReader reader = new PduReader(
                    channel(wire.bytes.toByteArray(), each),
                    512,
                    ByteBuffer.allocateDirect(PduReader.bufferBytes(2048)),
                    digests,
                    digests);
            for (int i = 0; i < 40; i++) {
                assertThat(next(reader).dataBytes()).isEqualTo(i);
                assertThat(reader.dataIntact()).isTrue();
                assertThat(next(reader).opcode()).isEqualTo(Opcode.DATA_IN);
                assertThat(reader.data()).isEqualTo(elsewhere);
                assertThat(reader.dataIntact()).isTrue();
            }
            assertThat(reader.ready()).isFalse();
            assertThat(reader.fill()).isFalse();
        }
    }

    private static Bhs next(PduReader reader) throws IOException {
        while (!reader.ready()) {
            assertThat(reader.fill()).isTrue();
        }
        return reader.take();
    }

    @Test
    void aWrongHeaderDigestEndsTheStream() throws IOException {
        PduReader reader = new PduReader(
                channel(new byte[52], 52), 512, ByteBuffer.allocateDirect(PduReader.bufferBytes(2048)), true, false);
        reader.fill();
        assertThatThrownBy(reader::take).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aSegmentBeyondTheLimitIsSeenByItsHeader() throws IOException {
        byte[] header = new byte[48];
        header[6] = 3;
        PduReader reader = new PduReader(
                channel(header, 48), 512, ByteBuffer.allocateDirect(PduReader.bufferBytes(2048)), false, false);
        reader.fill();
        assertThatThrownBy(reader::ready).hasMessageContaining("768");
    }

    @Test
    void whatCameBehindTheLoginIsHandedOver() throws IOException {
        byte[] two = new byte[96];
        Arrays.fill(two, 48, 52, (byte) 0);
        two[48] = 0x06;
        PduReader first = new PduReader(
                channel(two, 96), 512, ByteBuffer.allocateDirect(PduReader.bufferBytes(2048)), false, false);
        next(first);
        PduReader second = new PduReader(
                channel(new byte[0], 1), 512, ByteBuffer.allocateDirect(PduReader.bufferBytes(2048)), false, false);
        first.handOver(second);
        assertThat(second.ready()).isTrue();
        assertThat(second.take().opcode()).isEqualTo(Opcode.LOGOUT_REQUEST);
    }
}
