package org.serai.storage.extent.pv;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Notes which PVs were written to and not synced since, and in which of their lives. Grows with the positions, since a
 * PV may join while an LU is open.
 */
public final class PvMarks {
    private static final int CHUNK = 256;

    private final AtomicReferenceArray<AtomicIntegerArray> chunks = new AtomicReferenceArray<>(65536 / CHUNK);

    /**
     * Notes a write that has returned; one that failed promises nothing that a sync would have to keep.
     *
     * @param incarnation {@link Pv#incarnation} as it was before the write
     */
    public void mark(Pv pv, int incarnation) {
        int position = pv.position();
        AtomicIntegerArray chunk = chunks.get(position / CHUNK);
        if (chunk == null) {
            chunks.compareAndSet(position / CHUNK, null, new AtomicIntegerArray(CHUNK));
            chunk = chunks.get(position / CHUNK);
        }
        // A mark of an earlier life stays: its write may be lost, and the sync must say so.
        if (chunk.get(position % CHUNK) == 0) {
            chunk.compareAndSet(position % CHUNK, 0, incarnation);
        }
    }

    /** Makes durable what was marked before the call. */
    public void sync(PvSet pvs) throws IOException {
        for (int i = 0; i < chunks.length(); i++) {
            AtomicIntegerArray chunk = chunks.get(i);
            for (int j = 0; chunk != null && j < CHUNK; j++) {
                int incarnation = chunk.get(j) == 0 ? 0 : chunk.getAndSet(j, 0);
                // What was on a PV that has left the pool since was moved off, and is durable elsewhere.
                if (incarnation != 0 && pvs.has(i * CHUNK + j)) {
                    pvs.at(i * CHUNK + j).sync(incarnation);
                }
            }
        }
    }
}
