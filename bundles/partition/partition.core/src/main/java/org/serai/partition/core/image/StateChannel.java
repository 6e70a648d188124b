package org.serai.partition.core.image;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The state in an image as a stream; a second thread reads and decompresses ahead of the hypervisor. */
final class StateChannel implements ReadableByteChannel {
    private static final int BUFFERS = 4;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<ByteBuffer> ready = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final CompletableFuture<Void> ahead;
    private volatile Throwable failure;
    private volatile boolean closed;
    private ByteBuffer current;

    StateChannel(ImageBytes bytes, Executor workers) {
        for (int i = 0; i < BUFFERS; i++) {
            free.add(ByteBuffer.allocateDirect(ImageFormat.CHUNK_BYTES_MAX));
        }
        ahead = CompletableFuture.runAsync(() -> readAhead(bytes), workers);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        if (current != null && current != END && !current.hasRemaining()) {
            free.add(current);
            current = null;
        }
        if (current == null) {
            current = take(ready);
        }
        if (current == END) {
            if (failure != null) {
                throw new IOException("the hibernation image cannot be read to its end", failure);
            }
            return -1;
        }
        int part = Math.min(into.remaining(), current.remaining());
        into.put(current.slice(current.position(), part));
        current.position(current.position() + part);
        return part;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Ends the second thread; the LU is not read any more after the return. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            free.add(END);
        }
        ahead.join();
    }

    private void readAhead(ImageBytes bytes) {
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            ImageReader reader = new ImageReader(bytes);
            reader.header();
            for (ImageReader.Chunk chunk = reader.next(); chunk != ImageReader.Chunk.NONE; chunk = reader.next()) {
                ByteBuffer raw = take(free);
                if (closed || raw == END) {
                    return;
                }
                decode(zstd, chunk, raw.clear());
                ready.add(raw.flip());
            }
            reader.trailer();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            ready.add(END);
        }
    }

    private static void decode(ZstdDecompressCtx zstd, ImageReader.Chunk chunk, ByteBuffer raw) {
        if (chunk.coding() == ImageFormat.CODING_RAW) {
            raw.put(chunk.data());
            return;
        }
        try {
            int length = zstd.decompressDirectByteBuffer(
                    raw, 0, chunk.rawLength(), chunk.data(), 0, chunk.data().remaining());
            if (length != chunk.rawLength()) {
                throw ImageFormat.corrupt(
                        "a chunk decompresses to " + length + " bytes instead of " + chunk.rawLength());
            }
            raw.position(length);
        } catch (ZstdException e) {
            throw ImageFormat.corrupt("a chunk cannot be decompressed: " + e.getMessage());
        }
    }

    private static ByteBuffer take(BlockingQueue<ByteBuffer> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the state was streamed", e);
        }
    }
}
