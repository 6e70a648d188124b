package org.serai.contracts.hypervisor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;

/** Where captured state goes in the contract. */
final class Sinks {
    private Sinks() {}

    /** Keeps everything. */
    static final class Memory implements WritableByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final WritableByteChannel channel = Channels.newChannel(bytes);

        @Override
        public int write(ByteBuffer source) throws IOException {
            return channel.write(source);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Memory holds nothing to give back.
        }
    }

    /** Fails once it has taken some bytes, as a full pool does. */
    record Failing(long afterBytes, long[] taken) implements WritableByteChannel {
        Failing(long afterBytes) {
            this(afterBytes, new long[1]);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            taken[0] += source.remaining();
            if (taken[0] > afterBytes) {
                throw new IOException("the sink is full");
            }
            int count = source.remaining();
            source.position(source.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }

    /** Stands still at the first bytes until it is let go. */
    record Blocking(CountDownLatch reached, CountDownLatch release) implements WritableByteChannel {
        Blocking() {
            this(new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            reached.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            int count = source.remaining();
            source.position(source.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }

    static ReadableByteChannel of(byte[] state) {
        return Channels.newChannel(new ByteArrayInputStream(state));
    }
}
