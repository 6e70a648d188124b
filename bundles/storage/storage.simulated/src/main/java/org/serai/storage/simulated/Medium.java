package org.serai.storage.simulated;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolLayout;

/**
 * What the PVs of one pool hold. Its monitor is held for each step, from asking whether the caller still is the holder
 * to the effect: there is no instant at which a paused holder could have passed the one and not had the other.
 */
final class Medium {
    static final int LEASE_SLOTS = 1024;

    private static final long DEFAULT_EXTENT_BYTES = 256 * 1024;
    private static final long MIN_EXTENT_BYTES = 64 * 1024;
    private static final long MAX_EXTENT_BYTES = 4 * 1024 * 1024;
    private static final long MAX_LU_BYTES = 1L << 50;

    final UUID pool;
    final String name;
    final long extentBytes;
    final List<SimulatedPv> pvs = new ArrayList<>();
    final Map<UUID, Image> lus = new TreeMap<>();
    final byte[][] slots = new byte[LEASE_SLOTS][LeaseArea.SLOT_BYTES];
    private final DataChecksum checksum;
    private final Set<UUID> fenced = new HashSet<>();

    Medium(PoolLayout layout) {
        this.pool = layout.pool();
        this.name = layout.name();
        this.extentBytes = extentBytes(layout.extentBytes());
        this.checksum = layout.checksum();
        layout.pvs().forEach(this::add);
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

    void add(PoolLayout.PvLayout pv) {
        pvs.add(new SimulatedPv(pv.pv(), pv.path(), pv.createBytes().orElseThrow(), extentBytes));
    }

    Optional<SimulatedPv> pv(UUID pv) {
        return pvs.stream().filter(each -> each.pv.equals(pv)).findFirst();
    }

    long capacityBytes() {
        return pvs.stream().mapToLong(SimulatedPv::usableBytes).sum();
    }

    long usedBytes() {
        return pvs.stream().mapToLong(SimulatedPv::usedBytes).sum();
    }

    /** How full those PVs are. */
    int fillPermille(Set<UUID> allowed) {
        long size = 0;
        long used = 0;
        for (SimulatedPv pv : pvs) {
            boolean counts = allowed.isEmpty() || allowed.contains(pv.pv);
            size += counts ? pv.usableBytes() : 0;
            used += counts ? pv.usedBytes() : 0;
        }
        return size == 0 ? 1000 : (int) (1000 * used / size);
    }

    synchronized void fence(UUID incarnation) {
        fenced.add(incarnation);
        notifyAll();
    }

    /** The incarnation is gone: it reaches nothing any more, and what it did not flush may be lost. */
    synchronized void crash(UUID incarnation, BooleanSupplier lost) {
        fence(incarnation);
        for (Image image : lus.values()) {
            if (image.holder.filter(incarnation::equals).isPresent()) {
                image.lose(lost);
            }
        }
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

    Image require(UUID lu) {
        return image(lu)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "LU " + lu + " is not in the pool", "the pool has nothing of it", "look at lu:list"));
    }

    /** The PVs that new space may come from, the emptiest first. */
    private List<SimulatedPv> usable(Set<UUID> allowed) {
        return pvs.stream()
                .filter(pv -> allowed.isEmpty() || allowed.contains(pv.pv))
                .filter(pv -> !pv.drained && !pv.away && pv.freePlaces() > 0)
                .sorted(Comparator.comparingInt(SimulatedPv::freePlaces).reversed())
                .toList();
    }

    void requireRoom(long extents, Set<UUID> allowed) {
        if (usable(allowed).stream().mapToLong(SimulatedPv::freePlaces).sum() < extents) {
            throw full(allowed);
        }
    }

    /** A new extent, all zero, that nothing shows yet. */
    Extent allocate(UUID owner, Set<UUID> allowed) {
        requireRoom(1, allowed);
        Extent fresh = new Extent(owner, extentBytes, checksum);
        usable(allowed).getFirst().put(fresh);
        return fresh;
    }

    void free(Extent extent) {
        if (extent.pv.lost) {
            return; // its space went with the PV
        }
        extent.pv.free(extent);
    }

    void move(Extent extent, Set<UUID> allowed) {
        requireRoom(1, allowed);
        extent.requirePresent();
        extent.pv.free(extent);
        usable(allowed).getFirst().put(extent);
    }

    SeraiException full(Set<UUID> allowed) {
        return StorageError.POOL_FULL.error(
                "Pool " + name + " has no space left",
                allowed.isEmpty()
                        ? "every extent is given to an LU"
                        : "every extent of the PVs that this LU may use is given",
                "delete LUs that nobody needs, add a PV, or use another pool");
    }

    static SeraiException stale(UUID lu, long epoch, long current) {
        return StorageError.STALE.error(
                "LU " + lu + " cannot be used under epoch " + epoch,
                "it was opened under epoch " + current + ", or deleted",
                "take its lock anew");
    }
}
