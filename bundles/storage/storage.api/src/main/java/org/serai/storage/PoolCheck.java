package org.serai.storage;

import java.util.List;

/**
 * The result of a check.
 *
 * @param ok whether there is no error
 * @param errors one sentence each, naming PV, offset and LU
 * @param checkedExtents how many allocated extents were looked at
 * @param leakedExtents space that belongs to no LU; it is lost until repaired, no data is at risk
 */
public record PoolCheck(boolean ok, List<String> errors, long checkedExtents, long leakedExtents) {}
