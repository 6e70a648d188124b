package org.serai.storage;

import java.util.Optional;
import java.util.UUID;

/**
 * An LU as this node sees it now.
 *
 * @param usedBytes what is given to it, without its map
 * @param state {@code online}; {@code creating} and {@code deleting} while an operation is under way; {@code damaged}
 *     if the pool cannot say anything of it
 * @param lock who holds it
 */
public record Lu(
        UUID id,
        String name,
        UUID pool,
        String poolName,
        long clientId,
        LuKind kind,
        long sizeBytes,
        long usedBytes,
        boolean thick,
        String state,
        Optional<Lock> lock) {
    /** Who holds an LU, and for what. */
    public record Lock(UUID node, String nodeName, String operation, long epoch) {}
}
