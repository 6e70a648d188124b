package org.serai.storage;

import java.util.List;

/**
 * The result of a check.
 *
 * @param ok whether there is no error
 * @param errors one sentence each, naming PV, offset and LU
 * @param checkedExtents how many allocated extents were looked at
 * @param leakedExtents space that belongs to no LU; it is lost until repaired, no data is at risk
 * @param lost what is gone with PVs that were given up as lost, one sentence each, naming LU and offset: no error, since
 *     it is known, and reading it fails
 */
public record PoolCheck(boolean ok, List<String> errors, long checkedExtents, long leakedExtents, List<String> lost) {
    /** A check of a pool that lost nothing. */
    public PoolCheck(boolean ok, List<String> errors, long checkedExtents, long leakedExtents) {
        this(ok, errors, checkedExtents, leakedExtents, List.of());
    }
}
