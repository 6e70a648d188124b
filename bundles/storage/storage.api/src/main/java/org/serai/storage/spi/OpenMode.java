package org.serai.storage.spi;

import java.util.Set;
import java.util.UUID;

/**
 * How the holder of an LU's lock opens it.
 *
 * @param epoch higher than that of every earlier open
 * @param pvs the PVs that new space may come from; empty for all of the pool
 * @param shared whether others may read it meanwhile ({@link SharedReads}): what is given back in this time is not used
 *     for anything else before the LU is opened anew
 */
public record OpenMode(long epoch, Set<UUID> pvs, boolean shared) {}
