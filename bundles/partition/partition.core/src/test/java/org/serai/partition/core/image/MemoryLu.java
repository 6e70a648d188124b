package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.serai.storage.OpenLu;
import org.serai.storage.Range;
import org.serai.storage.StorageError;

/** An LU in memory that insists on what every LU insists on. */
final class MemoryLu implements OpenLu {
    final byte[] bytes;
    boolean flushed;
    long failAtOffset = Long.MAX_VALUE;
    long failReadsAtOffset = Long.MAX_VALUE;

    MemoryLu(int sizeBytes) {
        bytes = new byte[sizeBytes];
    }

    MemoryLu(byte[] content) {
        bytes = content;
    }

    MemoryLu copy() {
        return new MemoryLu(bytes.clone());
    }

    MemoryLu cutAt(int length) {
        byte[] cut = bytes.clone();
        Arrays.fill(cut, length, cut.length, (byte) 0);
        return new MemoryLu(cut);
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check(offset, into);
        if (offset + into.remaining() > failReadsAtOffset) {
            throw StorageError.IO_FAILED.error("the disk cannot be read", "a bad sector", "replace it");
        }
        into.put(bytes, Math.toIntExact(offset), into.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from);
        if (offset + from.remaining() > failAtOffset) {
            throw StorageError.POOL_FULL.error("no space", "the pool is full", "extend it");
        }
        flushed = false;
        from.get(bytes, Math.toIntExact(offset), from.remaining());
    }

    @Override
    public void flush() {
        flushed = true;
    }

    @Override
    public void discard(long offset, long length) {
        // may be left as it is
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        write(offset, ByteBuffer.allocate(Math.toIntExact(length)));
    }

    @Override
    public Range rangeAt(long offset) {
        return new Range(offset, sizeBytes() - offset, true);
    }

    @Override
    public long usedBytes() {
        return bytes.length;
    }

    @Override
    public void close() {
        flushed = true;
    }

    private void check(long offset, ByteBuffer buffer) {
        if (offset % BLOCK_BYTES != 0
                || buffer.remaining() % BLOCK_BYTES != 0
                || offset < 0
                || offset + buffer.remaining() > bytes.length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "offset " + offset + " and length " + buffer.remaining(), "not inside the LU", "mend the caller");
        }
    }
}
