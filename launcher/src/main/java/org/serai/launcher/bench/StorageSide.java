package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import org.serai.storage.spi.LuStore;

/** What is measured: an LU, or a plain file through its channel; with a direct buffer both. */
abstract sealed class StorageSide implements AutoCloseable {
    private static final int LARGEST = 1 << 20;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);

    private StorageSide() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        while (buffer.hasRemaining()) {
            buffer.putLong(random.nextLong());
        }
    }

    static StorageSide.Lu lu(LuStore store) {
        return new Lu(store);
    }

    static StorageSide file(Path path) throws IOException {
        return new PlainFile(
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
    }

    final void read(long offset, int length) throws IOException {
        read(offset, buffer.clear().limit(length));
    }

    final void write(long offset, int length) throws IOException {
        write(offset, buffer.clear().limit(length));
    }

    abstract void read(long offset, ByteBuffer into) throws IOException;

    abstract void write(long offset, ByteBuffer from) throws IOException;

    abstract void flush() throws IOException;

    @Override
    public abstract void close() throws IOException;

    /** An LU. */
    static final class Lu extends StorageSide {
        private final LuStore store;

        private Lu(LuStore store) {
            this.store = store;
        }

        LuStore store() {
            return store;
        }

        @Override
        void read(long offset, ByteBuffer into) {
            store.read(offset, into);
        }

        @Override
        void write(long offset, ByteBuffer from) {
            store.write(offset, from);
        }

        @Override
        void flush() {
            store.flush();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static final class PlainFile extends StorageSide {
        private final FileChannel channel;

        private PlainFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        void read(long offset, ByteBuffer into) throws IOException {
            while (into.hasRemaining() && channel.read(into, offset + into.position()) >= 0) {
                // a channel may return less than was asked for
            }
        }

        @Override
        void write(long offset, ByteBuffer from) throws IOException {
            while (from.hasRemaining()) {
                channel.write(from, offset + from.position());
            }
        }

        @Override
        void flush() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
