package org.serai.storage.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.SharedReads;

/** One node's view of a pool in memory. */
final class SimulatedPool implements PoolStore, Clones, SharedReads, PvChanges, PoolMap {
    private final Medium medium;
    private final Marks marks;
    private final PoolContext context;
    private final List<SimulatedLu> opened = new ArrayList<>();

    SimulatedPool(Medium medium, Marks marks, PoolContext context) {
        this.medium = medium;
        this.marks = marks;
        this.context = context;
    }

    @Override
    public Class<? extends LuStore> luType() {
        return SimulatedLu.class;
    }

    @Override
    public Optional<LeaseArea> leaseArea() {
        return Optional.of(new SimulatedLeases(medium, context));
    }

    @Override
    public Optional<StorageFence> fence() {
        return Optional.of((_, incarnation) -> medium.fence(incarnation));
    }

    @Override
    public Usage usage() {
        synchronized (medium) {
            return new Usage(medium.extentBytes, medium.capacityBytes(), medium.usedBytes());
        }
    }

    @Override
    public List<PvUsage> pvs() {
        synchronized (medium) {
            return medium.pvs.stream().map(SimulatedPv::usage).toList();
        }
    }

    @Override
    public void createLu(LuLayout made, long epoch) {
        Medium.requireSize(made.sizeBytes());
        synchronized (medium) {
            requireNew(made.lu());
            make(made, new Content(made.sizeBytes(), medium.extentBytes), false, epoch);
        }
    }

    @Override
    public void createClone(LuLayout made, UUID origin, UUID snapshot, long epoch) {
        Medium.requireSize(made.sizeBytes());
        synchronized (medium) {
            requireNew(made.lu());
            Content shown = medium.require(origin).requireSnapshot(snapshot);
            if (made.sizeBytes() < shown.sizeBytes) {
                throw StorageError.BAD_SIZE.error(
                        "A clone of " + made.sizeBytes() + " bytes cannot be had",
                        "its snapshot shows " + shown.sizeBytes + " bytes",
                        "choose that size or a greater one");
            }
            Content top = shown.copy();
            top.sizeBytes = made.sizeBytes();
            make(made, top, true, epoch);
        }
    }

    private void requireNew(UUID lu) {
        medium.requireNotFenced(context.incarnation());
        if (medium.image(lu).isPresent()) {
            throw StorageError.LU_EXISTS.error(
                    "LU " + lu + " is in the pool already", "it was made before", "delete it first");
        }
    }

    private void make(LuLayout made, Content top, boolean clone, long epoch) {
        // The first open may have the same epoch as the making.
        Image image = new Image(medium, made.lu(), top, made.thick(), clone, epoch - 1);
        image.pvs = made.pvs();
        boolean done = !made.thick();
        try {
            if (made.thick()) {
                image.flatten(Progress.NONE);
                image.fill();
                done = true;
            }
        } finally {
            if (!done) {
                image.delete();
            }
        }
        medium.lus.put(made.lu(), image);
    }

    @Override
    public void deleteLu(UUID lu, long epoch) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            Optional<Image> image = medium.image(lu);
            if (image.isPresent()) {
                if (epoch < image.get().epoch) {
                    throw Medium.stale(lu, epoch, image.get().epoch);
                }
                image.get().delete();
                medium.lus.remove(lu);
                medium.notifyAll();
            }
        }
    }

    @Override
    public LuUsage luUsage(UUID lu) {
        synchronized (medium) {
            return medium.require(lu).usage();
        }
    }

    @Override
    public Set<UUID> origins(UUID lu) {
        synchronized (medium) {
            return medium.require(lu)
                    .contents()
                    .flatMap(content -> content.extents.values().stream())
                    .map(extent -> extent.owner)
                    .filter(owner -> !owner.equals(lu))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    @Override
    public long luEpoch(UUID lu) {
        synchronized (medium) {
            return medium.require(lu).epoch;
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
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            Image image = medium.require(lu);
            if (mode.epoch() <= image.epoch) {
                throw Medium.stale(lu, mode.epoch(), image.epoch);
            }
            image.epoch = mode.epoch();
            image.holder = Optional.of(context.incarnation());
            image.pvs = mode.pvs();
            image.shared = mode.shared();
            // An earlier holder that did not close is over: what it did not flush is what the medium has now.
            image.flush();
            image.freePending();
            medium.notifyAll();
            SimulatedLu store = image.clone
                    ? new SimulatedClone(image, context, mode.epoch())
                    : new SimulatedLu(image, context, mode.epoch());
            opened.add(store);
            return store;
        }
    }

    @Override
    public LuStore openShared(UUID lu) {
        synchronized (medium) {
            Image image = medium.require(lu);
            return new SimulatedReader(medium, "LU " + lu, () -> {
                Image now = medium.require(lu);
                if (now != image) {
                    throw Medium.stale(lu, image.epoch, now.epoch);
                }
                return now.top();
            });
        }
    }

    @Override
    public LuStore openSnapshot(UUID lu, UUID snapshot) {
        synchronized (medium) {
            medium.require(lu).requireSnapshot(snapshot);
            return new SimulatedReader(
                    medium,
                    "snapshot " + snapshot + " of LU " + lu,
                    () -> medium.require(lu).requireSnapshot(snapshot));
        }
    }

    @Override
    public void addPv(PvLayout pv) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            if (medium.pv(pv.pv()).isEmpty()) {
                if (medium.pvs.stream().noneMatch(other -> other.path.equals(pv.path()))) {
                    marks.requireNotStale(medium.pool, pv);
                }
                marks.take(medium.pool, medium.name, List.of(pv));
                medium.add(pv);
            }
        }
    }

    @Override
    public void growPv(UUID pv, long toBytes) {
        synchronized (medium) {
            SimulatedPv grown = require(pv);
            if (toBytes != 0 && toBytes < grown.sizeBytes()) {
                throw StorageError.BAD_SIZE.error(
                        "PV " + grown.path + " cannot have " + toBytes + " bytes",
                        "it has " + grown.sizeBytes() + " and only grows",
                        "choose a greater size");
            }
            grown.grow(Math.max(toBytes, grown.sizeBytes()));
        }
    }

    @Override
    public void drainPv(UUID pv, boolean drain) {
        synchronized (medium) {
            require(pv).drained = drain;
        }
    }

    @Override
    public List<UUID> lusOn(UUID pv) {
        synchronized (medium) {
            return require(pv).given().stream()
                    .map(extent -> extent.owner)
                    .distinct()
                    .toList();
        }
    }

    @Override
    public void removePv(UUID pv) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            Optional<SimulatedPv> found = medium.pv(pv);
            if (found.isPresent()) {
                SimulatedPv leaving = found.get();
                // The lease area is on the first one for ever.
                boolean first = medium.pvs.getFirst() == leaving;
                if (first || leaving.used() > 0) {
                    throw StorageError.PV_NOT_EMPTY.error(
                            "PV " + leaving.path + " cannot be removed",
                            first ? "it holds the pool's lease area" : "it still holds parts of LUs",
                            first ? "delete the pool instead" : "drain it and move its LUs first");
                }
                medium.pvs.remove(leaving);
                marks.release(leaving.path);
            }
        }
    }

    @Override
    public List<Loss> losses(UUID pv) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            SimulatedPv gone = medium.pv(pv).orElse(null);
            return medium.lus.values().stream()
                    .map(image -> new Loss(
                            image.lu,
                            image.bytesOn(each -> each == gone),
                            image.snapshotsOn(each -> each == gone),
                            false))
                    .filter(loss -> loss.bytes() > 0 || !loss.snapshots().isEmpty())
                    .toList();
        }
    }

    @Override
    public void removeLostPv(UUID pv) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            requireLost(pv);
            medium.pv(pv).ifPresent(leaving -> {
                leaving.lost = true;
                medium.pvs.remove(leaving);
            });
        }
    }

    @Override
    public void requireLost(UUID pv) {
        synchronized (medium) {
            Optional<SimulatedPv> found = medium.pv(pv);
            if (found.isEmpty()) {
                return;
            }
            SimulatedPv leaving = found.get();
            if (medium.pvs.getFirst() == leaving) {
                throw StorageError.PV_NOT_EMPTY.error(
                        "PV " + leaving.path + " cannot be removed as lost",
                        "it holds the pool's lease area",
                        "bring it back, or delete the pool");
            }
            if (!leaving.away) {
                throw StorageError.PV_PRESENT.error(
                        "PV " + leaving.path + " is not lost",
                        "it is there and can be read",
                        "remove it without --lost");
            }
        }
    }

    @Override
    public void eraseStalePv(String path) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            if (medium.pvs.stream().noneMatch(pv -> pv.path.equals(path))) {
                marks.releaseStale(medium.pool, path);
            }
        }
    }

    @Override
    public long lostBytes(UUID lu) {
        synchronized (medium) {
            return medium.image(lu).map(image -> image.bytesOn(pv -> pv.lost)).orElse(0L);
        }
    }

    @Override
    public List<Part> parts(UUID pv) {
        synchronized (medium) {
            return require(pv).parts();
        }
    }

    private SimulatedPv require(UUID pv) {
        medium.requireNotFenced(context.incarnation());
        return medium.pv(pv)
                .orElseThrow(() -> StorageError.PV_WRONG.error(
                        "PV " + pv + " is not in pool " + medium.name,
                        "it was removed or never added",
                        "look at pv:list"));
    }

    @Override
    public PoolCheck check(Progress progress) {
        synchronized (medium) {
            return new SimulatedCheck(medium).run(progress);
        }
    }

    @Override
    public PoolCheck repair(Progress progress) {
        synchronized (medium) {
            medium.requireNotFenced(context.incarnation());
            SimulatedCheck check = new SimulatedCheck(medium);
            check.run(progress);
            check.leaked().forEach(medium::free);
            return new SimulatedCheck(medium).run(progress);
        }
    }

    @Override
    public void close() {
        synchronized (medium) {
            // The medium stays, as a disk does.
            opened.forEach(SimulatedLu::close);
            opened.clear();
        }
    }
}
