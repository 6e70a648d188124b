package org.serai.storage;

import java.util.Optional;
import java.util.UUID;

/**
 * A sub-partition: a slice of an LU that is locked and opened on its own.
 *
 * @param id its id, for ever
 * @param lu the LU
 * @param luName the LU's name
 * @param name its name, unique in the LU
 * @param purpose what it is for
 * @param sizeBytes its size
 * @param lock who holds it
 */
public record LuPart(
        UUID id, UUID lu, String luName, String name, Purpose purpose, long sizeBytes, Optional<LuLock> lock) {
    /** What a sub-partition is for. */
    public enum Purpose {
        /** Pages of a partition's memory. */
        PAGING,
        /** The state of a hibernated partition. */
        HIBERNATION,
        /** Anything else. */
        DATA
    }
}
