package org.serai.storage;

/**
 * A live copy to be added to an LU.
 *
 * @param lu the LU's name
 * @param copy the copy's own name, unique in the cluster
 * @param tier where it is: no PV of this tier may be one of the LU's
 */
public record CopySpec(String lu, String copy, TierName tier) {}
