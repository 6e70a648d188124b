package org.serai.storage.core.lu;

import java.nio.ByteBuffer;
import org.serai.storage.Progress;
import org.serai.storage.Range;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** Copies what is marked in a moving store to its target, in rounds, until little is left. */
final class RegionCopy {
    /** So little that changes can wait for it. */
    private static final int LAST_REGIONS = 16;

    private static final int ROUNDS = 24;

    private final MovingStore source;
    private final LuStore target;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MovingStore.REGION_BYTES);

    RegionCopy(MovingStore source, LuStore target) {
        this.source = source;
        this.target = target;
    }

    /** Copies everything, and again what was changed meanwhile; beside reads and writes. */
    void copy(Progress progress) {
        round(true, progress);
        for (int round = 1; round < ROUNDS && source.marked() > LAST_REGIONS; round++) {
            round(false, progress);
        }
    }

    /** Copies the rest, while nothing is changed. */
    void rest() {
        round(false, Progress.NONE);
        target.flush();
    }

    /** One round; the target of the first one is still all zero. */
    private void round(boolean fresh, Progress progress) {
        for (int region = source.take(0); region >= 0; region = source.take(region + 1)) {
            long offset = (long) region * MovingStore.REGION_BYTES;
            long end = Math.min(offset + MovingStore.REGION_BYTES, source.sizeBytes());
            copy(offset, end, fresh);
            boolean goesOn = progress.at(fresh ? end : source.sizeBytes(), source.sizeBytes());
            if (!goesOn || source.isEnded()) {
                throw StorageError.CANCELLED.error(
                        "The move was cancelled", "somebody asked for that, or closed the LU", "move it again");
            }
        }
    }

    private void copy(long offset, long end, boolean fresh) {
        for (long at = offset; at < end; ) {
            Range range = source.rangeAt(at);
            long length = Math.min(end, range.offset() + range.length()) - at;
            if (range.given()) {
                buffer.clear().limit((int) length);
                source.read(at, buffer);
                target.write(at, buffer.position(0));
            } else if (!fresh) {
                Zeroes.write(target, at, length, true);
            }
            at += length;
        }
    }
}
