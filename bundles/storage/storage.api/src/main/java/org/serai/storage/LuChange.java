package org.serai.storage;

import java.util.List;
import java.util.Optional;

/**
 * A change of LUs. It is done at the node that is asked if that holds the LU or if nobody does, and refused with
 * {@link StorageError#LU_LOCKED} naming node and operation if another one does.
 */
public sealed interface LuChange {
    /** Grows or shrinks an LU. */
    record Resize(String lu, long sizeBytes) implements LuChange {}

    /** Keeps LUs as they are, all of them as of one moment; all or nothing. */
    record Snapshot(List<String> lus, String snapshot) implements LuChange {}

    /** Drops a snapshot that no clone needs. */
    record DropSnapshot(String lu, String snapshot) implements LuChange {}

    /** Makes an LU what it was at a snapshot; all snapshots stay. */
    record Rollback(String lu, String snapshot) implements LuChange {}

    /**
     * Makes LUs that begin as others are, or were at a snapshot, and share their space.
     *
     * @param clones the LUs to be made; all or nothing
     * @param snapshot a snapshot that all origins have, or that is taken of all in one moment if none has it
     */
    record Clone(List<Copy> clones, String snapshot) implements LuChange {}

    /**
     * One LU to be made as a clone.
     *
     * @param origin the LU that it begins as
     * @param name its own name
     * @param tier where it is; in the origin's pool; empty for the origin's tier
     */
    record Copy(String origin, String name, Optional<TierName> tier) {}

    /** Makes a clone independent of its origin by copying what they share. Long; units of progress are bytes. */
    record Flatten(String lu) implements LuChange {}

    /** Moves an LU to another tier, of its pool or of another one, while in use. Long; units of progress are bytes. */
    record Move(String lu, TierName tier) implements LuChange {}

    /** Changes at which fill of its own size an LU raises alerts. */
    record SetLuThresholds(String lu, Thresholds thresholds) implements LuChange {}
}
