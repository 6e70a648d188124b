package org.serai.storage.core.change;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.serai.storage.Progress;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.group.Placement;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.work.WorkRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the LUs that this node has open when the PVs of their tiers have changed, whoever changed them: the node that
 * drains a PV cannot move what others hold. Goes on with moves that an earlier start of this node was cut off from.
 */
public final class Replacing {
    private static final Logger LOG = LoggerFactory.getLogger(Replacing.class);

    private final Catalog catalog;
    private final Tiers tiers;
    private final OpenLus open;
    private final Placement placement;
    private final Executor executor;
    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

    /** Moves by the placement, on the executor's threads. */
    public Replacing(Catalog catalog, Tiers tiers, OpenLus open, Placement placement, Executor executor) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.open = open;
        this.placement = placement;
        this.executor = executor;
    }

    /** Begins to move what is where it should not be; whether there is nothing of that. */
    public boolean look() {
        List<LuRow> displaced = open.displaced();
        displaced.forEach(this::begin);
        return displaced.isEmpty();
    }

    /** Goes on with what was cut off. */
    public void resume(List<WorkRow> left) {
        left.stream()
                .filter(work -> work.kind().equals(OriginMoves.KIND))
                .flatMap(work -> catalog.lus().stream().filter(lu -> lu.object().equals(work.object())))
                .filter(lu -> !lu.placed())
                .forEach(this::begin);
    }

    private void begin(LuRow lu) {
        if (underWay.add(lu.id())) {
            try {
                executor.execute(() -> place(lu));
            } catch (RejectedExecutionException e) {
                LOG.debug("LU {} is moved at the next start", lu.name(), e);
            }
        }
    }

    private void place(LuRow lu) {
        try {
            tiers.tier(lu.tier()).ifPresent(tier -> placement.place(lu, tier, Progress.NONE));
        } catch (RuntimeException e) {
            LOG.info("LU {} is moved to the PVs of its tier later: {}", lu.name(), e.getMessage());
        } finally {
            underWay.remove(lu.id());
        }
    }
}
