package org.serai.storage.core.redundancy;

import org.serai.storage.RedundantLu.State;

/** What is durably known of a redundant LU, apart from its data. Written by the holder of the primary's lock only. */
interface PairRecord {
    /**
     * Notes which side is behind, or that none is. Durable at return.
     *
     * @param reason why, for people
     * @param behindBytes how much may differ
     * @param patient whether to wait for a database that is away, as long as the caller can be made to wait
     * @throws RuntimeException if that could not be noted; then nothing may be done that counts on it
     */
    void note(State state, String reason, long behindBytes, boolean patient);
}
