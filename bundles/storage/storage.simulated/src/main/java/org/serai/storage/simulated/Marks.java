package org.serai.storage.simulated;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** What PVs carry to say whose they are. */
final class Marks {
    private static final long MIN_PV_BYTES = 1024 * 1024;

    private final Map<String, Mark> marks = new HashMap<>();

    /** A PV's mark. */
    record Mark(UUID pool, String poolName, UUID pv) {}

    /** First everything is checked, then everything is done: so nothing has to be undone. */
    synchronized void take(UUID pool, String poolName, List<PvLayout> pvs) {
        pvs.forEach(this::requireFree);
        pvs.forEach(pv -> marks.put(pv.path(), new Mark(pool, poolName, pv.pv())));
    }

    private void requireFree(PvLayout pv) {
        Mark mark = marks.get(pv.path());
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

    /** Fails if a PV carries the mark of a pool that it left without being erased. */
    synchronized void requireNotStale(UUID pool, PvLayout pv) {
        Mark mark = marks.get(pv.path());
        if (mark != null && mark.pool.equals(pool)) {
            throw StorageError.PV_STALE.error(
                    "PV " + pv.path() + " is stale",
                    "it was a PV of pool " + mark.poolName + ", and was removed as lost",
                    "if nobody needs what is on it, pv:add --wipe erases it and takes it anew");
        }
    }

    synchronized void requireOwn(UUID pool, PvLayout pv) {
        Optional<Mark> mark = Optional.ofNullable(marks.get(pv.path()));
        if (mark.filter(found -> found.pool.equals(pool) && found.pv.equals(pv.pv()))
                .isEmpty()) {
            throw StorageError.PV_WRONG.error(
                    "PV " + pv.path() + " is not the one that the pool expects",
                    mark.map(found -> "it belongs to pool " + found.pool)
                            .orElse("a simulated PV is gone when its JVM ends"),
                    "delete the pool and make it anew");
        }
    }

    synchronized void release(String path) {
        marks.remove(path);
    }

    /** Erases the mark of that pool only. */
    synchronized void releaseStale(UUID pool, String path) {
        marks.computeIfPresent(path, (_, mark) -> mark.pool.equals(pool) ? null : mark);
    }

    synchronized void releaseAll(UUID pool) {
        marks.values().removeIf(mark -> mark.pool.equals(pool));
    }
}
