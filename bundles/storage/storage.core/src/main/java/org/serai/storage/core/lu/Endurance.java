package org.serai.storage.core.lu;

import java.util.function.LongSupplier;
import org.serai.storage.core.attach.SpaceLock;

/**
 * How open LUs bear it that their storage is away for a while: their calls wait, and what was not flushed is kept to be
 * written again.
 *
 * @param lengthMs how long calls wait
 * @param memory for what was not flushed, of all LUs together
 */
public record Endurance(SpaceLock.Pace pace, LongSupplier lengthMs, ChunkMemory memory) {
    /** What one LU takes of the memory at most: 8 MiB. */
    private static final int CHUNKS_OF_AN_LU = 32;

    private static final int CHUNKS = 128;

    /** With memory of its own: 32 MiB. */
    public Endurance(SpaceLock.Pace pace, LongSupplier lengthMs) {
        this(pace, lengthMs, new ChunkMemory(CHUNKS));
    }

    Patience patience() {
        return new Patience(pace, lengthMs);
    }

    Unflushed unflushed() {
        return new Unflushed(memory, CHUNKS_OF_AN_LU);
    }

    /** For a part of another LU that goes on without it: no call waits, and nothing is kept. */
    Endurance none() {
        return new Endurance(pace, () -> 0, new ChunkMemory(0));
    }
}
