package org.serai.partition.core.image;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.serai.storage.OpenLu;

/**
 * An image in memory: one thread reads it, one hashes what has been read, and whoever takes its bytes follows. What is
 * taken a second time is the very same bytes. The memory is given back to the operating system by {@link #close}.
 */
final class LoadedBytes implements AutoCloseable {
    private static final int PIECE_BYTES = 4 << 20;
    private static final int NOT_HASHED_BYTES = ImageFormat.SHA256_BYTES + ImageFormat.CRC_BYTES;

    private final OpenLu lu;
    private final int lengthBytes;
    private final Arena arena = Arena.ofShared();
    private final ByteBuffer[] pieces;
    private final CompletableFuture<Void> reading;
    private final CompletableFuture<byte[]> hashing;
    private int readBytes;
    private boolean readingEnded;
    private volatile boolean closed;

    /** Begins to read an image of that length from an LU's first byte. */
    LoadedBytes(OpenLu lu, int lengthBytes, Executor workers) {
        this.lu = lu;
        this.lengthBytes = lengthBytes;
        this.pieces = new ByteBuffer[(lengthBytes + PIECE_BYTES - 1) / PIECE_BYTES];
        this.reading = CompletableFuture.runAsync(this::read, workers);
        this.hashing = CompletableFuture.supplyAsync(this::hash, workers);
    }

    /** The image from its first byte on. */
    ImageBytes fromBegin() {
        return new Cursor();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CompletableFuture.allOf(reading, hashing).handle((_, _) -> true).join();
            arena.close();
        }
    }

    private void read() {
        try {
            for (int i = 0; i < pieces.length && !closed; i++) {
                long at = (long) i * PIECE_BYTES;
                int length = (int) Math.min(PIECE_BYTES, blocks(lengthBytes - at));
                if (length > lu.sizeBytes() - at) {
                    throw ImageFormat.endsTooSoon(lu.sizeBytes());
                }
                // Made here and now, since the system clears memory when it is first touched.
                pieces[i] = arena.allocate(PIECE_BYTES).asByteBuffer();
                lu.read(at, pieces[i].slice(0, length));
                progressed((int) Math.min(lengthBytes, at + length), false);
            }
        } finally {
            progressed(readBytes, true);
        }
    }

    private static long blocks(long bytes) {
        return (bytes + OpenLu.BLOCK_BYTES - 1) / OpenLu.BLOCK_BYTES * OpenLu.BLOCK_BYTES;
    }

    private synchronized void progressed(int bytes, boolean end) {
        readBytes = bytes;
        readingEnded = end;
        notifyAll();
    }

    /** Waits until that many bytes are there and returns how many are; fails as the reading did. */
    private int await(int bytes) {
        int there = awaitProgress(bytes);
        if (there < bytes) {
            result(reading);
            throw new IllegalStateException("the image was closed while it was read");
        }
        return there;
    }

    private synchronized int awaitProgress(int bytes) {
        boolean interrupted = false;
        while (readBytes < bytes && !readingEnded) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return readBytes;
    }

    private byte[] hash() {
        ImageDigest digest = new ImageDigest();
        int end = lengthBytes - NOT_HASHED_BYTES;
        for (int from = 0; from < end; from = (int) digest.bytes()) {
            int there = Math.min(end, await(from + 1));
            digest.update(upTo(from, there - from));
        }
        return digest.value();
    }

    /** What lies at a place, as far as its piece reaches; it has been read. */
    private ByteBuffer upTo(int at, int length) {
        int within = at % PIECE_BYTES;
        return pieces[at / PIECE_BYTES].slice(within, Math.min(length, PIECE_BYTES - within));
    }

    private static <T> T result(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    private final class Cursor implements ImageBytes {
        /** For what lies in two pieces. */
        private final ByteBuffer across = ByteBuffer.allocateDirect(ImageFormat.CHUNK_BYTES_MAX);

        private int takenBytes;

        @Override
        public ByteBuffer take(int length) {
            if (length > lengthBytes - takenBytes) {
                throw ImageFormat.corrupt("the image goes on after the " + lengthBytes + " bytes that it should have");
            }
            await(takenBytes + length);
            ByteBuffer taken = upTo(takenBytes, length);
            if (taken.remaining() < length) {
                across.clear();
                for (int copied = 0; copied < length; copied = across.position()) {
                    across.put(upTo(takenBytes + copied, length - copied));
                }
                taken = across.slice(0, length);
            }
            takenBytes += length;
            return taken;
        }

        @Override
        public long takenBytes() {
            return takenBytes;
        }

        @Override
        public byte[] sha256() {
            if (takenBytes != lengthBytes - NOT_HASHED_BYTES) {
                throw ImageFormat.corrupt("the image ends before the " + lengthBytes + " bytes that it should have");
            }
            return result(hashing).clone();
        }
    }
}
