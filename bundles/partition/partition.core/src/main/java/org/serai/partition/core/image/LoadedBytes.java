package org.serai.partition.core.image;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.serai.storage.OpenLu;

/**
 * An image in memory: two threads read it, and whoever takes its bytes follows. What is taken a second time is the very
 * same bytes. The memory is given back to the operating system by {@link #close}.
 */
final class LoadedBytes implements AutoCloseable {
    private static final int PIECE_BYTES = 4 << 20;
    /** What reading takes is mostly copying and clearing memory, which one processor does no quicker. */
    private static final int READERS = 2;

    private final OpenLu lu;
    private final int lengthBytes;
    private final Arena arena = Arena.ofShared();
    private final List<CompletableFuture<ByteBuffer>> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final List<CompletableFuture<Void>> readers;
    private volatile boolean closed;

    /** Begins to read an image of that length from an LU's first byte. */
    LoadedBytes(OpenLu lu, int lengthBytes, Executor workers) {
        this.lu = lu;
        this.lengthBytes = lengthBytes;
        this.pieces = IntStream.range(0, (lengthBytes + PIECE_BYTES - 1) / PIECE_BYTES)
                .mapToObj(i -> new CompletableFuture<ByteBuffer>())
                .toList();
        this.readers = Stream.generate(() -> CompletableFuture.runAsync(this::read, workers))
                .limit(READERS)
                .toList();
    }

    /** The image from its first byte on. */
    ImageBytes fromBegin() {
        return new Cursor();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            readers.forEach(CompletableFuture::join);
            arena.close();
        }
    }

    private void read() {
        for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
            try {
                pieces.get(i).complete(piece(i));
            } catch (RuntimeException | Error e) {
                pieces.get(i).completeExceptionally(e);
            }
        }
    }

    private ByteBuffer piece(int index) {
        if (closed) {
            throw new IllegalStateException("the image was closed while it was read");
        }
        long at = (long) index * PIECE_BYTES;
        int length = (int) Math.min(PIECE_BYTES, blocks(lengthBytes - at));
        if (length > lu.sizeBytes() - at) {
            throw ImageFormat.endsTooSoon(lu.sizeBytes());
        }
        // Made here and now, since the system clears memory when it is first touched.
        ByteBuffer piece = arena.allocate(length).asByteBuffer();
        lu.read(at, piece);
        return piece.clear();
    }

    private static long blocks(long bytes) {
        return (bytes + OpenLu.BLOCK_BYTES - 1) / OpenLu.BLOCK_BYTES * OpenLu.BLOCK_BYTES;
    }

    /** What lies at a place, as far as its piece reaches; waits until that has been read, and fails as the reading did. */
    private ByteBuffer upTo(int at, int length) {
        int within = at % PIECE_BYTES;
        return result(pieces.get(at / PIECE_BYTES)).slice(within, Math.min(length, PIECE_BYTES - within));
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
        public void end() {
            if (takenBytes != lengthBytes) {
                throw ImageFormat.corrupt("the image ends before the " + lengthBytes + " bytes that it should have");
            }
        }
    }
}
