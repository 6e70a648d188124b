package org.serai.storage;

import java.util.Optional;
import java.util.UUID;

/**
 * A paging LU.
 *
 * @param lu the LU
 * @param luName its name
 * @param clientId its client
 * @param sizeBytes its size
 * @param partition the partition that it is given to; empty if it is unused
 */
public record PagingLu(UUID lu, String luName, long clientId, long sizeBytes, Optional<UUID> partition) {}
