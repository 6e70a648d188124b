package org.serai.storage.spi;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What the VIOS DB knows of a pool's place.
 *
 * @param pool the pool
 * @param name its name, for messages
 * @param pvs its PVs in their fixed order
 * @param extentBytes the unit of thin allocation; 0 for the driver's default
 */
public record PoolLayout(UUID pool, String name, List<PvLayout> pvs, long extentBytes) {
    /**
     * A PV.
     *
     * @param pv its UUID
     * @param path a file or block device
     * @param createBytes only for {@link StorageDriver#create}: the size of a file that is to be made
     */
    public record PvLayout(UUID pv, String path, OptionalLong createBytes) {}
}
