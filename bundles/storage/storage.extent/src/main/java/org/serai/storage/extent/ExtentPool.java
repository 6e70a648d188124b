package org.serai.storage.extent;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.extent.check.Losses;
import org.serai.storage.extent.check.PoolChecker;
import org.serai.storage.extent.check.PoolRepair;
import org.serai.storage.extent.data.Contents;
import org.serai.storage.extent.lu.ExtentLu;
import org.serai.storage.extent.map.LeafBudget;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.Space;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.DirectPvs;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvAccess;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.SharedReads;

/** An open pool. */
final class ExtentPool implements PoolStore, Clones, SharedReads, PvChanges, PoolMap, DirectPvs {
    private final PvSet pvs;
    private final Space space;
    private final PvMembers members;
    private final ExtentLeases leases;
    private final long extentBytes;
    private final Lus lus;
    private final Contents contents;
    private final Runnable endSettling;

    ExtentPool(PoolLayout layout, PvSet pvs, Space space, PvMembers members, Background background, LeafBudget budget) {
        this.pvs = pvs;
        this.space = space;
        this.members = members;
        this.leases = new ExtentLeases(layout.pool(), pvs.first());
        this.extentBytes = pvs.first().geometry().extentBytes();
        this.contents = new Contents(pvs);
        this.lus = new Lus(pvs, space, extentBytes, contents, budget);
        boolean sums = pvs.first().geometry().hasSums();
        this.endSettling = sums ? background.begin("storage.extent-sums-" + layout.name(), lus::settle) : () -> {};
    }

    @Override
    public Class<? extends LuStore> luType() {
        return ExtentLu.class;
    }

    @Override
    public Optional<LeaseArea> leaseArea() {
        return Optional.of(leases);
    }

    @Override
    public Usage usage() {
        return space.usage(extentBytes);
    }

    @Override
    public List<PvUsage> pvs() {
        return space.pvUsage();
    }

    @Override
    public void createLu(LuLayout lu, long epoch) {
        lus.create(lu, epoch);
    }

    @Override
    public void deleteLu(UUID lu, long epoch) {
        lus.delete(lu, epoch);
    }

    @Override
    public LuUsage luUsage(UUID lu) {
        return lus.usage(lu);
    }

    @Override
    public long luEpoch(UUID lu) {
        return lus.epoch(lu);
    }

    @Override
    public List<UUID> lus() {
        return space.lus();
    }

    @Override
    public LuStore openLu(UUID lu, OpenMode mode) {
        return lus.open(lu, mode);
    }

    @Override
    public void addPv(PoolLayout.PvLayout pv) {
        members.addPv(pv);
    }

    @Override
    public void growPv(UUID pv, long toBytes) {
        members.growPv(pv, toBytes);
    }

    @Override
    public void drainPv(UUID pv, boolean drain) {
        members.drainPv(pv, drain);
    }

    @Override
    public List<UUID> lusOn(UUID pv) {
        return members.lusOn(pv);
    }

    @Override
    public void requireRemovable(UUID pv) {
        members.requireRemovable(pv);
    }

    @Override
    public void removePv(UUID pv) {
        members.removePv(pv);
    }

    @Override
    public List<Loss> losses(UUID pv) {
        return members.losses(pv);
    }

    @Override
    public void removeLostPv(UUID pv) {
        members.removeLostPv(pv);
    }

    @Override
    public void requireLost(UUID pv) {
        members.requireLost(pv);
    }

    @Override
    public void eraseStalePv(String path) {
        members.eraseStalePv(path);
    }

    @Override
    public long lostBytes(UUID lu) {
        return members.lostBytes(lu);
    }

    @Override
    public Optional<PvAccess> direct(UUID pv) {
        return pvs.find(pv).flatMap(found -> found.file().forOthers());
    }

    @Override
    public void lookForDirect() {
        pvs.all().forEach(pv -> pv.file().lookForDirect());
    }

    @Override
    public List<Part> parts(UUID pv) {
        return space.quietly("Reading the ledger", () -> {
            space.refresh();
            return space.parts(pvs.require(pv));
        });
    }

    @Override
    public void createClone(LuLayout clone, UUID origin, UUID snapshot, long epoch) {
        lus.createClone(clone, origin, snapshot, epoch);
    }

    @Override
    public Set<UUID> origins(UUID lu) {
        return lus.origins(lu);
    }

    @Override
    public LuStore openSnapshot(UUID lu, UUID snapshot) {
        return lus.readers().openSnapshot(lu, snapshot);
    }

    @Override
    public LuStore openShared(UUID lu) {
        return lus.readers().openShared(lu);
    }

    @Override
    public PoolCheck check(Progress progress) {
        Losses losses = new Losses(pvs, space, extentBytes);
        return new PoolChecker(pvs, space, contents.check(), losses, progress).check();
    }

    @Override
    public PoolCheck repair(Progress progress) {
        new PoolRepair(pvs, space).run();
        return check(progress);
    }

    @Override
    public void close() {
        try {
            endSettling.run();
            lus.close();
        } finally {
            pvs.close();
        }
    }
}
