package org.serai.storage;

import java.util.List;
import java.util.OptionalLong;

/**
 * A pool to be made.
 *
 * @param name unique in the cluster
 * @param driver the value of the service property {@code storage.driver}
 * @param pvs its PVs, at least one
 * @param extentBytes the unit of thin allocation, a power of two; empty for the driver's default
 * @param checksum whether it keeps checksums of data, for its life
 */
public record PoolSpec(String name, String driver, List<PvSpec> pvs, OptionalLong extentBytes, DataChecksum checksum) {
    /** A pool without checksums of data. */
    public PoolSpec(String name, String driver, List<PvSpec> pvs, OptionalLong extentBytes) {
        this(name, driver, pvs, extentBytes, DataChecksum.NONE);
    }

    /**
     * A PV to be taken into a pool.
     *
     * @param path a file or a block device that every node reaches by this path
     * @param sizeBytes the size of a file that does not exist yet; empty to take what is there
     */
    public record PvSpec(String path, OptionalLong sizeBytes) {}
}
