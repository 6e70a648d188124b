package org.serai.storage.spi;

import java.util.Set;
import java.util.UUID;

/**
 * An LU to be made.
 *
 * @param lu its id
 * @param sizeBytes its size, a multiple of the block
 * @param thick whether all its space is taken at once
 * @param pvs the PVs that its space may come from, those of its tier; empty for all of the pool
 */
public record LuLayout(UUID lu, long sizeBytes, boolean thick, Set<UUID> pvs) {}
