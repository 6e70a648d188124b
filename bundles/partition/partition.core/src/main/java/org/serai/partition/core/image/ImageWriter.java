package org.serai.partition.core.image;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.serai.partition.core.json.Json;
import org.serai.storage.OpenLu;

/**
 * Writes an image. The hypervisor's thread fills chunks, a second thread compresses them into batches of whole blocks, a
 * third one writes these, so that the guest is paused no longer than the slowest of them takes. What a later stage failed
 * with is thrown to the hypervisor's thread at its next write, and again by {@link #finish}.
 */
public final class ImageWriter implements WritableByteChannel {
    private static final int CHUNKS = 4;
    private static final int BATCHES = 3;
    private static final int BATCH_BYTES = 2 << 20;
    /** Half of level 1's time for a tenth more bytes: the guest waits, and the pool has room. */
    private static final int LEVEL = -5;

    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final LuWriter out;
    private final MessageDigest sha256 = ImageFormat.sha256();
    private final BlockingQueue<ByteBuffer> freeRaw = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<ByteBuffer> filled = new ArrayBlockingQueue<>(CHUNKS + 1);
    private final BlockingQueue<ByteBuffer> freeBatches = new ArrayBlockingQueue<>(BATCHES);
    private final BlockingQueue<ByteBuffer> batches = new ArrayBlockingQueue<>(BATCHES + 1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CompletableFuture<Void> stages;
    /** Of the hypervisor's thread. */
    private ByteBuffer current;

    /** Of the compressing thread, and after its end of the one that finishes: what fills no batch yet. */
    private ByteBuffer batch;

    private int chunks;
    private long storedBytes;
    private long stateBytes;
    private boolean open = true;

    /** Begins an image at the first byte of an LU. */
    public ImageWriter(OpenLu lu, ImageHeader header, Executor workers) {
        out = new LuWriter(lu);
        int batchBytes = BATCH_BYTES
                + OpenLu.BLOCK_BYTES
                + ImageFormat.CHUNK_HEAD_BYTES
                + (int) Zstd.compressBound(ImageFormat.CHUNK_BYTES_MAX);
        for (int i = 0; i < CHUNKS; i++) {
            freeRaw.add(ByteBuffer.allocateDirect(ImageFormat.CHUNK_BYTES_MAX));
        }
        for (int i = 0; i < BATCHES; i++) {
            freeBatches.add(ByteBuffer.allocateDirect(batchBytes));
        }
        ByteBuffer encoded = encode(header);
        sha256.update(encoded.duplicate());
        storedBytes = encoded.remaining();
        batch = freeBatches.remove().put(encoded);
        stages = CompletableFuture.allOf(
                CompletableFuture.runAsync(this::compress, workers), CompletableFuture.runAsync(this::store, workers));
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
        storedBytes += ImageFormat.TRAILER_BYTES;
        ByteBuffer trailer = ByteBuffer.allocate(ImageFormat.TRAILER_BYTES);
        trailer.putInt(ImageFormat.TRAILER_MARKER)
                .putInt(chunks)
                .putLong(stateBytes)
                .putLong(storedBytes);
        sha256.update(trailer.duplicate().flip());
        byte[] table = sha256.digest();
        trailer.put(table);
        trailer.putInt(ImageFormat.crc(trailer, 0, trailer.position(), END));
        batch.put(trailer.flip());
        while (batch.position() % OpenLu.BLOCK_BYTES != 0) {
            batch.put((byte) 0);
        }
        out.write(batch.flip());
        out.finish();
        return new ImageSummary(stateBytes, storedBytes, HexFormat.of().formatHex(table));
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
            for (ByteBuffer raw = take(filled); raw != END; raw = take(filled)) {
                ByteBuffer chunk = raw;
                attempt(() -> append(zstd, chunk));
                give(freeRaw, raw);
                if (batch.position() >= BATCH_BYTES) {
                    handOnBatch();
                }
            }
        } finally {
            give(batches, END);
        }
    }

    /** Puts a chunk behind what is in the batch: compressed, or as it is where that is not shorter. */
    private void append(ZstdCompressCtx zstd, ByteBuffer raw) {
        int from = batch.position();
        int head = ImageFormat.CHUNK_HEAD_BYTES;
        int rawLength = raw.remaining();
        int length =
                zstd.compressDirectByteBuffer(batch, from + head, batch.capacity() - from - head, raw, 0, rawLength);
        int coding = ImageFormat.CODING_ZSTD;
        if (length >= rawLength) {
            coding = ImageFormat.CODING_RAW;
            length = rawLength;
            batch.put(from + head, raw, 0, rawLength);
        }
        batch.putInt(ImageFormat.CHUNK_MARKER)
                .putInt(chunks++)
                .putInt(rawLength)
                .putInt(length)
                .putInt(coding);
        batch.putInt(ImageFormat.crc(batch, from, batch.position(), batch.slice(from + head, length)));
        sha256.update(batch.slice(from, head));
        batch.position(from + head + length);
        storedBytes += head + length;
    }

    /** What follows the last whole block begins the next batch. */
    private void handOnBatch() {
        int blocks = batch.position() / OpenLu.BLOCK_BYTES * OpenLu.BLOCK_BYTES;
        ByteBuffer next = take(freeBatches).clear().put(batch.slice(blocks, batch.position() - blocks));
        give(batches, batch.position(0).limit(blocks));
        batch = next;
    }

    private void store() {
        for (ByteBuffer blocks = take(batches); blocks != END; blocks = take(batches)) {
            ByteBuffer next = blocks;
            attempt(() -> out.write(next));
            give(freeBatches, blocks);
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
}
