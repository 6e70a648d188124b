package org.serai.cluster;

import java.util.UUID;

/**
 * The right to act on an object until the epoch rises.
 *
 * @param object what is owned, for example {@code lu:UUID}, {@code lpar:UUID}, {@code space:POOL-UUID}
 * @param node the holder
 * @param incarnation the holder's incarnation when it was granted
 * @param epoch rises with every change of holder or incarnation of this object
 * @param operation what the holder does with it, for whoever is refused
 */
public record Grant(String object, UUID node, UUID incarnation, long epoch, String operation) {}
