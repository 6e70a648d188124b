package org.serai.partition.core.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.serai.partition.core.json.Json;
import org.serai.storage.OpenLu;

/**
 * Writes an image. The hypervisor's thread fills chunks, a second thread compresses them, a third one hashes them, a
 * fourth one writes them, so that the guest is paused no longer than the slowest of them takes. What a later stage failed with is
 * thrown to the hypervisor's thread at its next write, and again by {@link #finish}.
 */
public final class ImageWriter implements WritableByteChannel {
    private static final int BUFFERS = 4;
    /** Twice as quick as level 1 and a twentieth larger: the guest waits, and the pool has room. */
    private static final int LEVEL = -2;

    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final LuWriter out;
    private final ImageDigest digest = new ImageDigest();
    private final BlockingQueue<ByteBuffer> freeRaw = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<ByteBuffer> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<ByteBuffer> freeStored = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<ByteBuffer> stored = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final BlockingQueue<ByteBuffer> hashed = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CompletableFuture<Void> stages;
    private ByteBuffer current;
    private long stateBytes;
    private boolean open = true;

    /** Begins an image at the first byte of an LU. */
    public ImageWriter(OpenLu lu, ImageHeader header, Executor workers) {
        out = new LuWriter(lu);
        int storedBytes = ImageFormat.CHUNK_HEAD_BYTES + (int) Zstd.compressBound(ImageFormat.CHUNK_BYTES_MAX);
        for (int i = 0; i < BUFFERS; i++) {
            freeRaw.add(ByteBuffer.allocateDirect(ImageFormat.CHUNK_BYTES_MAX));
            freeStored.add(ByteBuffer.allocateDirect(storedBytes));
        }
        ByteBuffer encoded = encode(header);
        digest.update(encoded.duplicate());
        out.write(encoded);
        stages = CompletableFuture.allOf(
                CompletableFuture.runAsync(this::compress, workers),
                CompletableFuture.runAsync(this::hash, workers),
                CompletableFuture.runAsync(this::store, workers));
    }

    /** The header as it stands in the LU. */
    static ByteBuffer encode(ImageHeader header) {
        byte[] json = Json.bytes(header);
        ByteBuffer bytes = ByteBuffer.allocate(ImageFormat.HEADER_FIXED_BYTES + json.length + ImageFormat.CRC_BYTES);
        bytes.putLong(ImageFormat.MAGIC)
                .putInt(ImageFormat.VERSION)
                .putInt(json.length)
                .put(json);
        bytes.putInt(ImageFormat.crc(bytes, 0, bytes.position(), END));
        return bytes.flip();
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        while (from.hasRemaining()) {
            refuseAfterFailure();
            if (current == null) {
                current = take(freeRaw).clear();
            }
            int part = Math.min(from.remaining(), current.remaining());
            current.put(from.slice(from.position(), part));
            from.position(from.position() + part);
            if (!current.hasRemaining()) {
                handOn();
            }
        }
        stateBytes += length;
        return length;
    }

    /** Writes what is left and the trailer; everything is on stable storage at return. */
    public ImageSummary finish() {
        if (current != null && current.position() > 0) {
            handOn();
        }
        end();
        refuseAfterFailure();
        int chunks = Math.toIntExact((stateBytes + ImageFormat.CHUNK_BYTES_MAX - 1) / ImageFormat.CHUNK_BYTES_MAX);
        long storedBytes = digest.bytes() + ImageFormat.TRAILER_BYTES;
        ByteBuffer trailer = ByteBuffer.allocate(ImageFormat.TRAILER_BYTES);
        trailer.putInt(ImageFormat.TRAILER_MARKER)
                .putInt(chunks)
                .putLong(stateBytes)
                .putLong(storedBytes);
        digest.update(trailer.duplicate().flip());
        byte[] sha256 = digest.value();
        trailer.put(sha256);
        trailer.putInt(ImageFormat.crc(trailer, 0, trailer.position(), END));
        out.write(trailer.flip());
        out.finish();
        return new ImageSummary(stateBytes, storedBytes, HexFormat.of().formatHex(sha256));
    }

    /** Why a later stage could not go on, which is the cause of the hypervisor's own failure. */
    public java.util.Optional<RuntimeException> failure() {
        return failure.get() instanceof RuntimeException e ? java.util.Optional.of(e) : java.util.Optional.empty();
    }

    /** Ends the threads; what is in the LU is no image. Idempotent. */
    public void abandon() {
        end();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Does nothing: whoever made the image finishes or abandons it. */
    @Override
    public void close() {
        // A backend that closes its sink has no say in whether the image is complete.
    }

    private void end() {
        if (open) {
            open = false;
            give(filled, END);
        }
        stages.join();
    }

    private void handOn() {
        give(filled, current.flip());
        current = null;
    }

    private void compress() {
        try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            zstd.setLevel(LEVEL);
            int sequence = 0;
            for (ByteBuffer raw = take(filled); raw != END; raw = take(filled)) {
                ByteBuffer chunk = take(freeStored).clear();
                attempt(new Encoding(zstd, sequence++, raw, chunk));
                give(freeRaw, raw);
                give(stored, chunk);
            }
        } finally {
            give(stored, END);
        }
    }

    private void hash() {
        try {
            for (ByteBuffer chunk = take(stored); chunk != END; chunk = take(stored)) {
                ByteBuffer next = chunk;
                attempt(() -> digest.update(next.duplicate()));
                give(hashed, chunk);
            }
        } finally {
            give(hashed, END);
        }
    }

    private void store() {
        for (ByteBuffer chunk = take(hashed); chunk != END; chunk = take(hashed)) {
            ByteBuffer next = chunk;
            attempt(() -> out.write(next));
            give(freeStored, chunk);
        }
    }

    /** After a failure the stages go on taking and giving back, so that nobody waits for ever. */
    private void attempt(Runnable work) {
        if (failure.get() == null) {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    private void refuseAfterFailure() {
        switch (failure.get()) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable t -> throw new IllegalStateException(t);
        }
    }

    private static ByteBuffer take(BlockingQueue<ByteBuffer> queue) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void give(BlockingQueue<ByteBuffer> queue, ByteBuffer buffer) {
        queue.add(buffer);
    }

    /** Makes a chunk: compressed, or as it is where that is not shorter. */
    private record Encoding(ZstdCompressCtx zstd, int sequence, ByteBuffer raw, ByteBuffer chunk) implements Runnable {
        @Override
        public void run() {
            int head = ImageFormat.CHUNK_HEAD_BYTES;
            int rawLength = raw.remaining();
            int length = zstd.compressDirectByteBuffer(chunk, head, chunk.capacity() - head, raw, 0, rawLength);
            int coding = ImageFormat.CODING_ZSTD;
            if (length >= rawLength) {
                coding = ImageFormat.CODING_RAW;
                length = rawLength;
                chunk.put(head, raw, 0, rawLength);
            }
            chunk.putInt(ImageFormat.CHUNK_MARKER)
                    .putInt(sequence)
                    .putInt(rawLength)
                    .putInt(length)
                    .putInt(coding);
            chunk.putInt(ImageFormat.crc(chunk, 0, head - ImageFormat.CRC_BYTES, chunk.slice(head, length)));
            chunk.position(0).limit(head + length);
        }
    }
}
