package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.StorageError;

/** What the PVs of one pool hold. Its monitor is held for each step, so that a check and what it allows are one. */
final class Medium {
    static final int LEASE_SLOTS = 1024;

    private static final long DEFAULT_EXTENT_BYTES = 256 * 1024;
    private static final long MIN_EXTENT_BYTES = 64 * 1024;
    private static final long MAX_EXTENT_BYTES = 4 * 1024 * 1024;
    private static final long MAX_LU_BYTES = 1L << 50;

    final UUID pool;
    final String name;
    final long extentBytes;
    final List<UUID> pvs;
    final List<Long> pvSizes;
    final Map<UUID, Image> lus = new HashMap<>();
    final byte[][] slots = new byte[LEASE_SLOTS][LeaseArea.SLOT_BYTES];
    private final Set<UUID> fenced = new HashSet<>();

    Medium(UUID pool, String name, long extentBytes, List<UUID> pvs, List<Long> pvSizes) {
        this.pool = pool;
        this.name = name;
        this.extentBytes = extentBytes;
        this.pvs = pvs;
        this.pvSizes = pvSizes;
    }

    /** What an LU holds. */
    static final class Image {
        final long sizeBytes;
        final Map<Long, ByteBuffer> extents = new HashMap<>();
        /** The highest epoch that opened it; a write under a lower one is refused. */
        long epoch;

        Image(long sizeBytes, long epoch) {
            this.sizeBytes = sizeBytes;
            this.epoch = epoch;
        }
    }

    static long extentBytes(long wanted) {
        if (wanted == 0) {
            return DEFAULT_EXTENT_BYTES;
        }
        if (wanted < MIN_EXTENT_BYTES || wanted > MAX_EXTENT_BYTES || Long.bitCount(wanted) != 1) {
            throw StorageError.BAD_SIZE.error(
                    "An extent of " + wanted + " bytes cannot be had",
                    "driver simulated takes powers of two from " + MIN_EXTENT_BYTES + " to " + MAX_EXTENT_BYTES,
                    "choose one of these, or none for " + DEFAULT_EXTENT_BYTES);
        }
        return wanted;
    }

    static void requireSize(long sizeBytes) {
        if (sizeBytes <= 0 || sizeBytes > MAX_LU_BYTES) {
            throw StorageError.BAD_SIZE.error(
                    "An LU of " + sizeBytes + " bytes cannot be had",
                    "a size is from 1 to " + MAX_LU_BYTES,
                    "choose another size");
        }
    }

    long capacityBytes() {
        return pvSizes.stream()
                .mapToLong(size -> size / extentBytes * extentBytes)
                .sum();
    }

    synchronized long usedBytes() {
        return lus.values().stream()
                .mapToLong(lu -> lu.extents.size() * extentBytes)
                .sum();
    }

    synchronized void fence(UUID incarnation) {
        fenced.add(incarnation);
    }

    /** Refuses an incarnation that was fenced. Call it with the monitor held, in the same step as the write. */
    void requireNotFenced(UUID incarnation) {
        if (fenced.contains(incarnation)) {
            throw StorageError.STALE.error(
                    "Pool " + name + " refuses this node",
                    "its incarnation " + incarnation + " was fenced",
                    "start the node again");
        }
    }

    Optional<Image> image(UUID lu) {
        return Optional.ofNullable(lus.get(lu));
    }

    /** The extent, given to the LU now if it has none yet. Call it with the monitor held. */
    ByteBuffer allocate(Image image, long extent) {
        ByteBuffer known = image.extents.get(extent);
        if (known != null) {
            return known;
        }
        if (usedBytes() + extentBytes > capacityBytes()) {
            throw full();
        }
        ByteBuffer fresh = ByteBuffer.allocate((int) extentBytes);
        image.extents.put(extent, fresh);
        return fresh;
    }

    RuntimeException full() {
        return StorageError.POOL_FULL.error(
                "Pool " + name + " has no space left",
                "every extent is given to an LU",
                "delete LUs that nobody needs, or use another pool");
    }
}
