package org.serai.storage.spi;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.serai.storage.DataChecksum;

/**
 * What the VIOS DB knows of a pool's place.
 *
 * @param pool the pool
 * @param name its name, for messages
 * @param pvs its PVs; after a PV was removed their positions have a gap
 * @param extentBytes the unit of thin allocation; 0 for the driver's default
 * @param checksum whether it keeps checksums of data
 */
public record PoolLayout(UUID pool, String name, List<PvLayout> pvs, long extentBytes, DataChecksum checksum) {
    /** A pool without checksums of data. */
    public PoolLayout(UUID pool, String name, List<PvLayout> pvs, long extentBytes) {
        this(pool, name, pvs, extentBytes, DataChecksum.NONE);
    }

    /**
     * A PV.
     *
     * @param pv its UUID
     * @param position its place in the pool, which no other PV of the pool ever had
     * @param path a file or block device
     * @param createBytes only for {@link StorageDriver#create}: the size of a file that is to be made
     */
    public record PvLayout(UUID pv, int position, String path, OptionalLong createBytes) {}
}
