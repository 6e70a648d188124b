package org.serai.scsi.target;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpace;
import org.serai.storage.Range;
import org.serai.storage.StorageError;

/** An LU in an array that counts flushes, knows whether it is open, and fails when it is told to. */
public final class ArrayLu implements OpenLu {
    private byte[] data;
    private final BitSet given = new BitSet();
    private int flushes;
    private boolean open = true;
    private int atomicBytes = 8 * BLOCK_BYTES;
    private int atomicWrites;
    private long freeBytes = 1L << 30;
    private boolean readOnly;
    private boolean givesBack = true;
    private Runnable zeroed = () -> {};
    private Runnable read = () -> {};
    private volatile Optional<SeraiException> failure = Optional.empty();

    public ArrayLu(int blocks) {
        data = new byte[blocks * BLOCK_BYTES];
    }

    public void failWith(SeraiException error) {
        failure = Optional.of(error);
    }

    public void resize(int blocks) {
        data = Arrays.copyOf(data, blocks * BLOCK_BYTES);
    }

    public void heal() {
        failure = Optional.empty();
    }

    /** Runs something whenever a part is zeroed. */
    public void whenZeroed(Runnable what) {
        zeroed = what;
    }

    /** Runs something before whatever is read. */
    public void whenRead(Runnable what) {
        read = what;
    }

    /** As if it was opened for reading. */
    public void readOnly() {
        readOnly = true;
        failure = Optional.of(StorageError.READ_ONLY.error("the LU cannot be changed", "it is read only", "do not"));
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    public int flushes() {
        return flushes;
    }

    public boolean isOpen() {
        return open;
    }

    private void check() {
        failure.ifPresent(error -> {
            throw error;
        });
    }

    @Override
    public long sizeBytes() {
        return data.length;
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check();
        read.run();
        into.put(data, (int) offset, into.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check();
        given.set((int) offset / BLOCK_BYTES, (int) (offset + from.remaining()) / BLOCK_BYTES);
        from.get(data, (int) offset, from.remaining());
    }

    @Override
    public int atomicBytes() {
        return atomicBytes;
    }

    /** Has no atomic writes any more. */
    public void withoutAtomicWrites() {
        atomicBytes = 0;
    }

    @Override
    public void writeAtomically(long offset, ByteBuffer from) {
        atomicWrites++;
        write(offset, from);
    }

    public int atomicWrites() {
        return atomicWrites;
    }

    @Override
    public boolean givesBack() {
        return givesBack;
    }

    /** As if its driver could take no space back. */
    public void keepsSpace() {
        givesBack = false;
    }

    @Override
    public void discard(long offset, long length) {
        writeZeroes(offset, length, true);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        check();
        zeroed.run();
        Arrays.fill(data, (int) offset, (int) (offset + length), (byte) 0);
        given.set((int) offset / BLOCK_BYTES, (int) (offset + length) / BLOCK_BYTES, !giveBack);
    }

    @Override
    public Range rangeAt(long offset) {
        int block = (int) (offset / BLOCK_BYTES);
        boolean isGiven = given.get(block);
        int end = isGiven ? given.nextClearBit(block) : given.nextSetBit(block);
        int last = data.length / BLOCK_BYTES;
        return new Range(offset, ((end < 0 ? last : Math.min(end, last)) - block) * (long) BLOCK_BYTES, isGiven);
    }

    @Override
    public void flush() {
        check();
        flushes++;
    }

    /** The space that is left below it. */
    public void free(long bytes) {
        freeBytes = bytes;
    }

    @Override
    public Optional<PoolSpace> poolSpace() {
        return Optional.of(new PoolSpace(1L << 40, (1L << 40) - freeBytes));
    }

    @Override
    public long usedBytes() {
        return data.length;
    }

    @Override
    public void close() {
        open = false;
    }

    /** Whether a block holds nothing but that byte. */
    public boolean holds(int block, int value) {
        byte[] found = Arrays.copyOfRange(data, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
        byte[] expected = new byte[BLOCK_BYTES];
        Arrays.fill(expected, (byte) value);
        return Arrays.equals(found, expected);
    }
}
