package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;

/** One node's view of a pool in memory. */
final class SimulatedPool implements PoolStore {
    private final Medium medium;
    private final PoolContext context;

    SimulatedPool(Medium medium, PoolContext context) {
        this.medium = medium;
        this.context = context;
    }

    @Override
    public LeaseArea leaseArea() {
        return new Leases(medium, context);
    }

    @Override
    public Optional<StorageFence> fence() {
        return Optional.of((_, incarnation) -> medium.fence(incarnation));
    }

    @Override
    public Usage usage() {
        return new Usage(medium.extentBytes, medium.capacityBytes(), medium.usedBytes());
    }

    @Override
    public List<PvUsage> pvs() {
        // Nothing has a place here: what is used is shown at the PVs in their order.
        List<PvUsage> found = new ArrayList<>();
        long left = medium.usedBytes();
        for (int i = 0; i < medium.pvSizes.size(); i++) {
            long size = medium.pvSizes.get(i);
            long usable = size / medium.extentBytes * medium.extentBytes;
            long used = Math.min(left, usable);
            left -= used;
            found.add(new PvUsage(medium.pvs.get(i), size, usable, used, true));
        }
        return found;
    }

    @Override
    public void createLu(LuLayout made, long epoch) {
        UUID lu = made.lu();
        long sizeBytes = made.sizeBytes();
        boolean thick = made.thick();
        Medium.requireSize(sizeBytes);
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            if (medium.image(lu).isPresent()) {
                throw StorageError.LU_EXISTS.error(
                        "LU " + lu + " is in the pool already", "it was made before", "delete it first");
            }
            long extents = Math.ceilDiv(sizeBytes, medium.extentBytes);
            if (thick && medium.usedBytes() + extents * medium.extentBytes > medium.capacityBytes()) {
                throw medium.full();
            }
            // The first open may have the same epoch as the making.
            Medium.Image image = new Medium.Image(sizeBytes, epoch - 1);
            medium.lus.put(lu, image);
            for (long extent = 0; thick && extent < extents; extent++) {
                medium.allocate(image, extent);
            }
        }
    }

    @Override
    public void deleteLu(UUID lu, long epoch) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            Optional<Medium.Image> image = medium.image(lu);
            if (image.isPresent() && epoch < image.get().epoch) {
                throw stale(lu, epoch, image.get().epoch);
            }
            medium.lus.remove(lu);
        }
    }

    @Override
    public LuUsage luUsage(UUID lu) {
        synchronized (medium) {
            Medium.Image image = require(lu);
            long used = image.extents.size() * medium.extentBytes;
            return new LuUsage(image.sizeBytes, used, used, 0);
        }
    }

    @Override
    public List<UUID> lus() {
        synchronized (medium) {
            return List.copyOf(medium.lus.keySet());
        }
    }

    @Override
    public LuStore openLu(UUID lu, OpenMode mode) {
        long epoch = mode.epoch();
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            Medium.Image image = require(lu);
            if (epoch <= image.epoch) {
                throw stale(lu, epoch, image.epoch);
            }
            image.epoch = epoch;
            return new SimulatedLu(medium, context, lu, image, epoch);
        }
    }

    private Medium.Image require(UUID lu) {
        return medium.image(lu)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "LU " + lu + " is not in the pool", "the pool has nothing of it", "look at lu:list"));
    }

    static SeraiException stale(UUID lu, long epoch, long current) {
        return StorageError.STALE.error(
                "LU " + lu + " cannot be used under epoch " + epoch,
                "it was opened under epoch " + current + ", or deleted",
                "take its lock anew");
    }

    @Override
    public PoolCheck repair(Progress progress) {
        return check(progress);
    }

    @Override
    public PoolCheck check(Progress progress) {
        synchronized (medium) {
            long extents = medium.usedBytes() / medium.extentBytes;
            boolean fits = medium.usedBytes() <= medium.capacityBytes();
            List<String> errors = fits ? List.of() : List.of("Pool " + medium.name + ": more is given than there is");
            return new PoolCheck(fits, errors, extents, 0);
        }
    }

    @Override
    public void close() {
        // The medium stays, as a disk does.
    }

    private record Leases(Medium medium, PoolContext context) implements LeaseArea {
        @Override
        public UUID pool() {
            return medium.pool;
        }

        @Override
        public int slots() {
            return Medium.LEASE_SLOTS;
        }

        @Override
        public void read(int slot, ByteBuffer into) {
            synchronized (medium) {
                into.put(medium.slots[slot]);
            }
        }

        @Override
        public void write(int slot, ByteBuffer from) {
            synchronized (medium) {
                medium.requireNotFenced(context.incarnation());
                from.get(medium.slots[slot]);
            }
        }
    }
}
