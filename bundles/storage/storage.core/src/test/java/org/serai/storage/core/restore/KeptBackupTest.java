package org.serai.storage.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptBackupTest {
    /** An LU in memory that may stop taking writes. */
    private static final class Memory implements KeptBackup.Sink {
        private final byte[] bytes;
        private int writesLeft;

        Memory(long sizeBytes, int writesLeft) {
            this.bytes = new byte[(int) sizeBytes];
            this.writesLeft = writesLeft;
        }

        @Override
        public void write(long offset, ByteBuffer from) {
            assertThat(from.remaining() % 4096).isZero();
            if (writesLeft-- > 0) {
                from.get(bytes, (int) offset, from.remaining());
            }
        }

        @Override
        public void flush() {}

        Optional<byte[]> read() throws IOException {
            return KeptBackup.read((offset, into) -> into.put(bytes, (int) offset, into.remaining()), bytes.length);
        }
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 4097, 1 << 20, (3 << 20) + 5})
    void whatWasWrittenIsReadAndNothingOfOneThatWasCutOff(int length) throws IOException {
        byte[] content = content(length);
        Memory whole = new Memory(KeptBackup.sizeBytes(content), Integer.MAX_VALUE);
        KeptBackup.write(whole, content);
        assertThat(whole.read()).contains(content);

        int writes = Math.ceilDiv(length, 1 << 20) + 1;
        for (int written = 0; written < writes; written++) {
            Memory cut = new Memory(KeptBackup.sizeBytes(content), written);
            KeptBackup.write(cut, content);
            assertThat(cut.read()).as("%s of %s writes", written, writes).isEmpty();
        }
        whole.bytes[4096 + length / 2] ^= 1;
        assertThat(whole.read()).isEmpty();
    }
}
