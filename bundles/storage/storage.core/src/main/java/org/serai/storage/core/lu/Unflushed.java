package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.serai.storage.OpenLu;
import org.serai.storage.spi.AtomicWrites;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;

/**
 * What was changed in an LU and not flushed since, kept to be done again if its store is lost with it. A change is noted
 * after it was made and before it returns, so that what a flush finds noted is in the store. There is memory for so much
 * only: what goes beyond it is not kept, and that is known until a flush has succeeded.
 */
final class Unflushed {
    private static final int HEADER_BYTES = 24;

    /** What was done. */
    private enum Kind {
        WRITE,
        ATOMIC_WRITE,
        ZERO,
        ZERO_AND_GIVE_BACK,
        DISCARD
    }

    /** Some changes in their order, each a header and, for writes, the data. */
    private record Chunk(long number, ByteBuffer content) {}

    private final ChunkMemory memory;
    private final int chunksAtMost;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private boolean sealed = true;
    private volatile boolean skipping;
    private long next;
    /** Changes before the chunk of this number are missing. */
    private long missing;

    /**
     * Nothing yet.
     *
     * @param chunksAtMost how much of the memory it takes; 0 to keep nothing
     */
    Unflushed(ChunkMemory memory, int chunksAtMost) {
        this.memory = memory;
        this.chunksAtMost = chunksAtMost;
    }

    /** Notes a write of the bytes from a position to the buffer's limit. */
    void wrote(long offset, ByteBuffer data, int position, boolean atomically) {
        // A change that is skipped here was made before the next flush begins, and is that flush's.
        if (chunksAtMost > 0 && !skipping) {
            note(offset, data, position, atomically);
        }
    }

    private synchronized void note(long offset, ByteBuffer data, int position, boolean atomically) {
        int left = data.limit() - position;
        if (atomically && left > ChunkMemory.CHUNK_BYTES - HEADER_BYTES) {
            miss();
        }
        long at = offset;
        while (left > 0 && noting(atomically ? left : OpenLu.BLOCK_BYTES)) {
            ByteBuffer content = chunks.getLast().content();
            int room = content.remaining() - HEADER_BYTES;
            int length = Math.min(left, room - room % OpenLu.BLOCK_BYTES);
            header(content, atomically ? Kind.ATOMIC_WRITE : Kind.WRITE, at, length);
            content.put(content.position(), data, data.limit() - left, length);
            content.position(content.position() + length);
            at += length;
            left -= length;
        }
    }

    /** Notes that a part reads as zero now. */
    synchronized void zeroed(long offset, long length, boolean giveBack) {
        if (noting(0)) {
            header(chunks.getLast().content(), giveBack ? Kind.ZERO_AND_GIVE_BACK : Kind.ZERO, offset, length);
        }
    }

    /** Notes that a part was given back. */
    synchronized void discarded(long offset, long length) {
        if (noting(0)) {
            header(chunks.getLast().content(), Kind.DISCARD, offset, length);
        }
    }

    private static void header(ByteBuffer content, Kind kind, long offset, long length) {
        content.putLong(offset).putLong(length).putLong(kind.ordinal());
    }

    /** Whether there is room now for a change with so many bytes in the last chunk. */
    private boolean noting(int bytes) {
        if (chunksAtMost == 0 || skipping) {
            return false;
        }
        if (sealed || chunks.getLast().content().remaining() < HEADER_BYTES + bytes) {
            Optional<ByteBuffer> more = chunks.size() < chunksAtMost ? memory.take() : Optional.empty();
            more.ifPresentOrElse(content -> chunks.addLast(new Chunk(next++, content)), this::miss);
            sealed = more.isEmpty();
        }
        return !skipping;
    }

    private void miss() {
        drop(next);
        skipping = true;
        missing = next + 1;
    }

    private void drop(long before) {
        while (!chunks.isEmpty() && chunks.getFirst().number() < before) {
            memory.giveBack(chunks.removeFirst().content());
        }
        sealed |= chunks.isEmpty();
    }

    /** A flush begins: what was noted before is its; the result is for {@link #flushed}. */
    synchronized long flushing() {
        sealed = true;
        skipping = false;
        next = Math.max(next, missing);
        return next;
    }

    /** A flush that began then has made durable what was noted before. */
    synchronized void flushed(long begun) {
        drop(begun);
        if (missing <= begun) {
            missing = 0;
        }
    }

    /** Keeps nothing of it, and nothing more until the next flush: what was noted is not to be done again. */
    synchronized void giveUp() {
        if (chunksAtMost > 0) {
            miss();
        }
    }

    /** Whether nothing is missing of what was not flushed. */
    synchronized boolean isComplete() {
        return missing == 0;
    }

    /** All of it is durable, or nobody wants it any more. */
    synchronized void forget() {
        flushed(flushing());
    }

    /**
     * Does it all again in another store, and then lets that be served; meanwhile nothing is noted.
     *
     * @return how many changes were made again
     */
    synchronized int doAgain(LuStore store, Runnable serve) {
        int count = 0;
        for (Chunk chunk : chunks) {
            ByteBuffer content = chunk.content().duplicate().flip();
            while (content.hasRemaining()) {
                doAgain(store, content);
                count++;
            }
        }
        serve.run();
        return count;
    }

    private static void doAgain(LuStore store, ByteBuffer content) {
        long offset = content.getLong();
        long length = content.getLong();
        Kind kind = Kind.values()[(int) content.getLong()];
        // An LU that has shrunk since does not have its end any more.
        long there = Math.max(0, Math.min(length, store.sizeBytes() - offset));
        switch (kind) {
            case WRITE, ATOMIC_WRITE -> {
                ByteBuffer data = content.slice(content.position(), (int) there);
                content.position(content.position() + (int) length);
                if (kind == Kind.ATOMIC_WRITE && store instanceof AtomicWrites able) {
                    able.writeAtomically(offset, data);
                } else {
                    store.write(offset, data);
                }
            }
            case ZERO, ZERO_AND_GIVE_BACK -> Zeroes.write(store, offset, there, kind == Kind.ZERO_AND_GIVE_BACK);
            case DISCARD -> {
                if (store instanceof Discards able) {
                    able.discard(offset, there);
                }
            }
        }
    }
}
