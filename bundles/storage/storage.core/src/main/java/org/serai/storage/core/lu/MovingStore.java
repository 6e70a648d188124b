package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.spi.AtomicWrites;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;

/**
 * The store of an LU whose content is being copied to another store: everything goes to the source, and what is changed
 * there is marked to be copied (again). A change is marked after it was made and before it returns, a region's mark is
 * taken off before it is read: so what is not marked is in the copy.
 */
final class MovingStore implements LuStore, AtomicWrites, Discards, Expects {
    static final int REGION_BYTES = 1024 * 1024;

    private final LuStore source;
    private final AtomicLongArray marks;
    private final int regions;
    /** Shared by changes, held alone for the last step. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

    private volatile boolean ended;
    private boolean switched;

    MovingStore(LuStore source) {
        this.source = source;
        regions = Math.toIntExact((source.sizeBytes() + REGION_BYTES - 1) / REGION_BYTES);
        marks = new AtomicLongArray((regions + 63) / 64);
        mark(0, source.sizeBytes());
    }

    int regions() {
        return regions;
    }

    /** The next region from there on that is marked; its mark is off then. -1 if there is none. */
    int take(int from) {
        for (int region = from; region < regions; region++) {
            long word = marks.get(region >> 6) >>> (region & 63);
            if (word == 0) {
                region |= 63;
            } else {
                int found = region + Long.numberOfTrailingZeros(word);
                marks.getAndAccumulate(found >> 6, 1L << (found & 63), (now, bit) -> now & ~bit);
                return found;
            }
        }
        return -1;
    }

    int marked() {
        int sum = 0;
        for (int at = 0; at < marks.length(); at++) {
            sum += Long.bitCount(marks.get(at));
        }
        return sum;
    }

    private void mark(long offset, long length) {
        for (long region = offset / REGION_BYTES; region * REGION_BYTES < offset + length; region++) {
            marks.getAndAccumulate((int) (region >> 6), 1L << (region & 63), (now, bit) -> now | bit);
        }
    }

    boolean isEnded() {
        return ended;
    }

    /** Does the last step while no change is under way; whether the LU is elsewhere then. */
    boolean switching(BooleanSupplier lastStep) {
        gate.writeLock().lock();
        try {
            switched = !ended && lastStep.getAsBoolean();
            return switched;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void begin() {
        gate.readLock().lock();
        if (switched) {
            gate.readLock().unlock();
            throw StorageError.LU_CLOSED.error(
                    "The LU is not here any more", "it was moved to another pool", "use it there");
        }
    }

    private void end(long offset, long length) {
        mark(offset, length);
        gate.readLock().unlock();
    }

    @Override
    public long sizeBytes() {
        return source.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        source.read(offset, into);
    }

    @Override
    public int write(long offset, ByteBuffer from) {
        int length = from.remaining();
        begin();
        try {
            return source.write(offset, from);
        } finally {
            end(offset, length);
        }
    }

    @Override
    public int atomicBytes() {
        return source instanceof AtomicWrites able ? able.atomicBytes() : 0;
    }

    @Override
    public int writeAtomically(long offset, ByteBuffer from) {
        int length = from.remaining();
        begin();
        try {
            return ((AtomicWrites) source).writeAtomically(offset, from);
        } finally {
            end(offset, length);
        }
    }

    @Override
    public void expectWrites(long offset, long length) {
        if (source instanceof Expects able) {
            able.expectWrites(offset, length);
        }
    }

    @Override
    public void discard(long offset, long length) {
        begin();
        try {
            if (source instanceof Discards able) {
                able.discard(offset, length);
            }
        } finally {
            end(offset, length);
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        begin();
        try {
            Zeroes.write(source, offset, length, giveBack);
        } finally {
            end(offset, length);
        }
    }

    @Override
    public Range rangeAt(long offset) {
        return source instanceof Discards able
                ? able.rangeAt(offset)
                : new Range(offset, source.sizeBytes() - offset, true);
    }

    @Override
    public void flush() {
        source.flush();
    }

    @Override
    public long usedBytes() {
        return source.usedBytes();
    }

    /** Ends the move unless its last step is under way, which is waited for. */
    private boolean endMove() {
        gate.writeLock().lock();
        try {
            ended = true;
            return !switched;
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        if (endMove()) {
            source.close();
        }
    }

    @Override
    public void abandon() {
        if (endMove()) {
            source.abandon();
        }
    }
}
