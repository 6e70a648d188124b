package org.serai.storage.core.parts;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.serai.cluster.Grant;
import org.serai.storage.OpenLu;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.PartRow.Piece;

/** An open sub-partition: its offsets are those of its pieces, one after the other, and it reaches nothing else. */
final class PartView implements OpenLu {
    private final String name;
    private final PartRow part;
    private final OpenLu lu;
    private final Grant grant;
    private final Consumer<PartView> closing;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Placed placed;

    /** Where it is now; replaced as a whole. */
    private record Placed(List<Piece> pieces, long sizeBytes) {}

    PartView(String name, PartRow part, OpenLu lu, Grant grant, Consumer<PartView> closing) {
        this.name = name;
        this.part = part;
        this.lu = lu;
        this.grant = grant;
        this.closing = closing;
        place(part.list());
    }

    /** What is done with one piece. */
    @FunctionalInterface
    private interface On {
        void piece(long offset, long length);
    }

    PartRow part() {
        return part;
    }

    Grant grant() {
        return grant;
    }

    /** What was written last is flushed although nobody can write any more. */
    void flushLast() {
        lu.flush();
    }

    void place(List<Piece> pieces) {
        placed = new Placed(pieces, pieces.stream().mapToLong(Piece::length).sum());
    }

    private void each(long offset, long length, On work) {
        Placed now = placed;
        if (closed.get()) {
            throw StorageError.LU_CLOSED.error(
                    "Sub-partition " + name + " is closed", "it was closed while it was used", "open it again");
        }
        boolean aligned = (offset & BLOCK_BYTES - 1) == 0 && (length & BLOCK_BYTES - 1) == 0;
        if (!aligned || offset < 0 || offset > now.sizeBytes() - length) {
            throw StorageError.OUT_OF_RANGE.error(
                    "Sub-partition " + name + " has no " + length + " bytes at " + offset,
                    "it has " + now.sizeBytes() + " bytes in blocks of " + BLOCK_BYTES,
                    "use offsets and lengths in whole blocks within it");
        }
        long begin = 0;
        for (Piece piece : now.pieces()) {
            long from = Math.max(offset, begin);
            long to = Math.min(offset + length, begin + piece.length());
            if (from < to) {
                work.piece(piece.offset() + from - begin, to - from);
            }
            begin += piece.length();
        }
    }

    private void split(ByteBuffer buffer, long offset, Io work) {
        int end = buffer.limit();
        try {
            each(offset, buffer.remaining(), (at, length) -> {
                buffer.limit(buffer.position() + (int) length);
                work.on(at, buffer);
            });
        } finally {
            buffer.limit(end);
        }
    }

    /** A read or a write of one piece. */
    @FunctionalInterface
    private interface Io {
        void on(long offset, ByteBuffer buffer);
    }

    @Override
    public long sizeBytes() {
        return placed.sizeBytes();
    }

    @Override
    public long epoch() {
        return grant.epoch();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        split(into, offset, lu::read);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        split(from, offset, lu::write);
    }

    @Override
    public void flush() {
        each(0, 0, (_, _) -> {});
        lu.flush();
    }

    @Override
    public void expectWrites(long offset, long length) {
        each(offset, length, lu::expectWrites);
    }

    @Override
    public void discard(long offset, long length) {
        each(offset, length, lu::discard);
    }

    @Override
    public boolean givesBack() {
        return lu.givesBack();
    }

    @Override
    public void writeZeroes(long offset, long length, boolean giveBack) {
        each(offset, length, (at, n) -> lu.writeZeroes(at, n, giveBack));
    }

    @Override
    public Range rangeAt(long offset) {
        long begin = 0;
        for (Piece piece : placed.pieces()) {
            if (offset < begin + piece.length()) {
                long within = offset - begin;
                Range range = lu.rangeAt(piece.offset() + within);
                return new Range(offset, Math.min(range.length(), piece.length() - within), range.given());
            }
            begin += piece.length();
        }
        return new Range(offset, 0, false);
    }

    @Override
    public long usedBytes() {
        long used = 0;
        long at = 0;
        while (at < sizeBytes()) {
            Range range = rangeAt(at);
            used += range.given() ? range.length() : 0;
            at += Math.max(BLOCK_BYTES, range.length());
        }
        return used;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closing.accept(this);
        }
    }
}
