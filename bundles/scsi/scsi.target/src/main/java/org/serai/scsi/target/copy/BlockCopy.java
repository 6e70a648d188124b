package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.storage.Range;

/**
 * Copies blocks between LUs. What has no space at the source has none at the destination: holes are not read, but given
 * back. Extents are not shared by it, since storage shares those of whole snapshots only.
 */
final class BlockCopy {
    /** What goes at once. */
    static final int CHUNK_BYTES = 1 << 20;

    private final DiskUnit source;
    private final DiskUnit destination;
    private final Ending ends;
    private final ByteBuffer chunk;

    /**
     * A copy between these.
     *
     * @param chunk what goes at once
     * @param ends looks whether it is to end before it is done
     */
    BlockCopy(DiskUnit source, DiskUnit destination, ByteBuffer chunk, Ending ends) {
        this.chunk = chunk;
        this.ends = ends;
        this.source = source;
        this.destination = destination;
    }

    /** Looked at before each piece. */
    @FunctionalInterface
    interface Ending {
        /** Throws if the copy ends here. */
        void look() throws CheckCondition;
    }

    /** Copies a range; where it overlaps itself the destination gets what the source was before. */
    void run(long from, long to, long bytes) throws CheckCondition {
        boolean overlapsBehind = source == destination && to > from && to < from + bytes;
        if (overlapsBehind) {
            backwards(from, to, bytes);
        } else {
            forwards(from, to, bytes);
        }
    }

    private void forwards(long from, long to, long bytes) throws CheckCondition {
        for (long done = 0; done < bytes; ) {
            ends.look();
            Range range = source.lu().rangeAt(from + done);
            long there = range.offset() + range.length() - from - done;
            long length = Math.min(bytes - done, Math.max(there, DiskUnit.BLOCK_BYTES));
            if (range.given()) {
                length = Math.min(length, CHUNK_BYTES);
                copy(from + done, to + done, (int) length);
            } else {
                destination
                        .writing()
                        .writeZeroes((to + done) / DiskUnit.BLOCK_BYTES, length / DiskUnit.BLOCK_BYTES, true);
            }
            done += length;
        }
    }

    private void backwards(long from, long to, long bytes) throws CheckCondition {
        for (long left = bytes; left > 0; ) {
            ends.look();
            int length = (int) Math.min(left, CHUNK_BYTES);
            left -= length;
            copy(from + left, to + left, length);
        }
    }

    private void copy(long from, long to, int length) {
        source.lu().read(from, chunk.clear().limit(length));
        destination.writing().write(to, chunk.flip());
    }
}
