package org.serai.scsi.iscsi;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.Range;
import org.serai.storage.StorageError;

/** An LU in memory, which fails with what a test has told it to. */
public final class MemoryLu implements OpenLu {
    private final ByteBuffer data;
    private final AtomicReference<Optional<SeraiException>> failure = new AtomicReference<>(Optional.empty());
    private final AtomicReference<CountDownLatch> held = new AtomicReference<>(new CountDownLatch(0));
    private final AtomicInteger flushes = new AtomicInteger();

    public MemoryLu(int sizeBytes) {
        data = Arena.ofAuto().allocate(sizeBytes).asByteBuffer();
    }

    /** Has reads and zeroing wait until the latch is at zero. */
    public void hold(CountDownLatch until) {
        held.set(until);
    }

    private void awaitHeld() {
        try {
            held.get().await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every further call fails so. */
    public void failWith(SeraiException error) {
        failure.set(Optional.of(error));
    }

    public void heal() {
        failure.set(Optional.empty());
    }

    public int flushes() {
        return flushes.get();
    }

    private void check(long offset, ByteBuffer buffer) {
        Optional<SeraiException> error = failure.get();
        if (error.isPresent()) {
            throw error.get();
        }
        int length = buffer.remaining();
        if (offset < 0 || offset % BLOCK_BYTES != 0 || length % BLOCK_BYTES != 0 || offset + length > sizeBytes()) {
            throw StorageError.OUT_OF_RANGE.error(
                    "range " + offset + "+" + length, "not within the LU", "ask for less");
        }
    }

    @Override
    public long sizeBytes() {
        return data.capacity();
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        awaitHeld();
        check(offset, into);
        int length = into.remaining();
        into.put(into.position(), data, (int) offset, length).position(into.position() + length);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from);
        int length = from.remaining();
        data.put((int) offset, from, from.position(), length);
        from.position(from.position() + length);
    }

    @Override
    public void flush() {
        Optional<SeraiException> error = failure.get();
        if (error.isPresent()) {
            throw error.get();
        }
        flushes.incrementAndGet();
    }

    @Override
    public void discard(long offset, long length) {
        // may be left as it is
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        awaitHeld();
        write(offset, ByteBuffer.allocate(Math.toIntExact(length)));
    }

    @Override
    public Range rangeAt(long offset) {
        return new Range(offset, sizeBytes() - offset, true);
    }

    @Override
    public long usedBytes() {
        return data.capacity();
    }

    @Override
    public void close() {
        // memory goes with the object
    }
}
