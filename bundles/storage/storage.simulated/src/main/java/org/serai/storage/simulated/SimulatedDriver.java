package org.serai.storage.simulated;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.osgi.service.component.annotations.Component;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/**
 * Pools in memory. The pools live as long as this object: several nodes in one JVM share a pool if they share the
 * driver. The one to copy for a new driver: each rule of the SPI is written out in the simplest form. Tests that have
 * the object can also do to a pool what the world does to disks and nodes.
 */
@Component(property = "storage.driver=simulated")
public final class SimulatedDriver implements StorageDriver {
    private final Map<UUID, Medium> pools = new ConcurrentHashMap<>();
    private final Marks marks = new Marks();

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        Medium.extentBytes(layout.extentBytes());
        marks.take(layout.pool(), layout.name(), layout.pvs());
        Medium medium = new Medium(layout);
        pools.put(layout.pool(), medium);
        return new SimulatedPool(medium, marks, context);
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        for (PvLayout pv : layout.pvs()) {
            marks.requireOwn(layout.pool(), pv);
        }
        return new SimulatedPool(medium(layout.pool()), marks, context);
    }

    @Override
    public void destroy(PoolLayout layout) {
        pools.remove(layout.pool());
        marks.releaseAll(layout.pool());
    }

    private Medium medium(UUID pool) {
        Medium medium = pools.get(pool);
        if (medium == null) {
            throw StorageError.NO_SUCH_POOL.error(
                    "Pool " + pool + " is not there", "a simulated pool is gone when its JVM ends", "make it anew");
        }
        return medium;
    }

    /**
     * A node dies: everything of that incarnation is refused from now on, and of each block that it changed and did not
     * flush it is decided whether the change is lost.
     *
     * @param lost asked once for each such block, in the order of their offsets; true makes it what it was at the last
     *     flush
     */
    public void crash(UUID incarnation, BooleanSupplier lost) {
        pools.values().forEach(medium -> medium.crash(incarnation, lost));
    }

    /** Makes a PV vanish, or return with what was on it. What is on it fails meanwhile, nothing new is put on it. */
    public void away(UUID pool, UUID pv, boolean away) {
        Medium medium = medium(pool);
        synchronized (medium) {
            medium.pv(pv).orElseThrow(() -> noSuchPv(pv)).away = away;
        }
    }

    /** Flips a bit of what is stored at an offset of an LU that has been written there. */
    public void damage(UUID pool, UUID lu, long offset) {
        Medium medium = medium(pool);
        synchronized (medium) {
            medium.require(lu)
                    .top()
                    .at(offset / medium.extentBytes)
                    .orElseThrow(() -> StorageError.OUT_OF_RANGE.error(
                            "LU " + lu + " has nothing at " + offset,
                            "it was never written there",
                            "write there first"))
                    .damage((int) (offset % medium.extentBytes));
        }
    }

    private static RuntimeException noSuchPv(UUID pv) {
        return StorageError.PV_WRONG.error("PV " + pv + " is not in the pool", "it never was", "look at the layout");
    }
}
