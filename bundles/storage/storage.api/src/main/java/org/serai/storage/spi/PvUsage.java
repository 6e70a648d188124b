package org.serai.storage.spi;

import java.util.UUID;

/**
 * A PV as it is now.
 *
 * @param pv its id
 * @param sizeBytes the size of the file or device
 * @param usableBytes what LUs can use of it
 * @param usedBytes what is given to LUs
 * @param present whether it can be read and written; the other figures are the last ones known if not
 */
public record PvUsage(UUID pv, long sizeBytes, long usableBytes, long usedBytes, boolean present) {}
