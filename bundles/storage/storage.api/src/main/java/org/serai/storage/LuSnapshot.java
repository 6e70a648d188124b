package org.serai.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A snapshot of an LU.
 *
 * @param name unique in its LU
 * @param taken when, by the clock of the node that took it: for people, nothing is decided by it
 * @param sizeBytes the LU's size then
 * @param ownBytes what would come back if it alone were dropped; empty where that is not known, since the LU is not open here
 * @param clones the names of the LUs that are clones of it
 * @param set the id that snapshots of several LUs of one moment share
 */
public record LuSnapshot(
        UUID id,
        String name,
        String lu,
        Instant taken,
        long sizeBytes,
        Optional<Long> ownBytes,
        List<String> clones,
        UUID set) {}
