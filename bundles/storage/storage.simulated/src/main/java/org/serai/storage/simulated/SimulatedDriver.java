package org.serai.storage.simulated;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.osgi.service.component.annotations.Component;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/**
 * Pools in memory. The pools live as long as this object: several nodes in one JVM share a pool if they share the
 * driver. The one to copy for a new driver: each rule of the SPI is written out in the simplest form.
 */
@Component(property = "storage.driver=simulated")
public final class SimulatedDriver implements StorageDriver {
    private static final long MIN_PV_BYTES = 1024 * 1024;

    private final Map<UUID, Medium> pools = new HashMap<>();
    private final Map<String, PvMark> marks = new HashMap<>();

    /** What a PV carries. */
    private record PvMark(UUID pool, String poolName, UUID pv) {}

    @Override
    public synchronized PoolStore create(PoolLayout layout, PoolContext context) {
        // First everything is checked, then everything is done: so nothing has to be undone.
        long extentBytes = Medium.extentBytes(layout.extentBytes());
        for (PvLayout pv : layout.pvs()) {
            requireFree(pv);
        }
        Medium medium = new Medium(
                layout.pool(),
                layout.name(),
                extentBytes,
                layout.pvs().stream().map(PvLayout::pv).toList(),
                layout.pvs().stream().map(pv -> pv.createBytes().orElseThrow()).toList());
        pools.put(layout.pool(), medium);
        for (PvLayout pv : layout.pvs()) {
            marks.put(pv.path(), new PvMark(layout.pool(), layout.name(), pv.pv()));
        }
        return new SimulatedPool(medium, context);
    }

    private void requireFree(PvLayout pv) {
        PvMark mark = marks.get(pv.path());
        if (mark != null) {
            throw StorageError.PV_IN_USE.error(
                    "PV " + pv.path() + " is in use",
                    "it belongs to pool " + mark.poolName + " (" + mark.pool + ")",
                    "choose another PV, or delete that pool first");
        }
        if (pv.createBytes().orElse(0) < MIN_PV_BYTES) {
            throw StorageError.PV_UNUSABLE.error(
                    "PV " + pv.path() + " cannot be used",
                    pv.createBytes().isEmpty() ? "a simulated PV needs a size" : "it is too small",
                    "give it at least " + MIN_PV_BYTES + " bytes, as PATH:SIZE");
        }
    }

    @Override
    public synchronized PoolStore open(PoolLayout layout, PoolContext context) {
        for (PvLayout pv : layout.pvs()) {
            PvMark mark = marks.get(pv.path());
            if (mark == null || !mark.pool.equals(layout.pool()) || !mark.pv.equals(pv.pv())) {
                throw StorageError.PV_WRONG.error(
                        "PV " + pv.path() + " is not the one that the pool expects",
                        mark == null ? "a simulated PV is gone when its JVM ends" : "it belongs to pool " + mark.pool,
                        "delete the pool and make it anew");
            }
        }
        return new SimulatedPool(pools.get(layout.pool()), context);
    }

    @Override
    public synchronized void destroy(PoolLayout layout) {
        pools.remove(layout.pool());
        marks.values().removeIf(mark -> mark.pool.equals(layout.pool()));
    }
}
