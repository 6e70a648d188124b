package org.serai.storage.core.change;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.group.Placement;
import org.serai.storage.core.lu.LockedLu;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.work.WorkRow;
import org.serai.storage.spi.PvChanges;
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
    private final Attachments attachments;
    private final OpenLus open;
    private final Placement placement;
    private final Executor executor;
    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

    /** Moves by the placement, on the executor's threads. */
    public Replacing(
            Catalog catalog,
            Tiers tiers,
            Attachments attachments,
            OpenLus open,
            Placement placement,
            Executor executor) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.attachments = attachments;
        this.open = open;
        this.placement = placement;
        this.executor = executor;
    }

    /** Begins to move what is where it should not be; whether there is nothing of that. */
    public boolean look() {
        Map<UUID, LuRow> displaced = new LinkedHashMap<>();
        open.displaced().forEach(row -> displaced.put(row.id(), row));
        attachments.all().forEach(attachment -> onDraining(attachment).forEach(row -> displaced.put(row.id(), row)));
        displaced.values().forEach(this::begin);
        return displaced.isEmpty();
    }

    /** What was opened when its PV was being drained already, and so never was anywhere else. */
    private List<LuRow> onDraining(Attachment attachment) {
        List<PvRow> draining = catalog.pvs(attachment.pool().id()).stream()
                .filter(pv -> pv.state() == Pv.State.DRAINING)
                .toList();
        if (draining.isEmpty() || !(attachment.store() instanceof PvChanges able)) {
            return List.of();
        }
        try {
            return draining.stream()
                    .flatMap(pv -> able.lusOn(pv.id()).stream()
                            .flatMap(lu -> open.openHere(lu).stream())
                            .map(LockedLu::row)
                            .filter(row -> leaves(row, pv)))
                    .toList();
        } catch (SeraiException e) {
            LOG.info("Pool {} cannot be looked at: {}", attachment.pool().name(), e.getMessage());
            return List.of();
        }
    }

    private boolean leaves(LuRow row, PvRow pv) {
        return tiers.tier(row.tier())
                .map(tiers::placement)
                .filter(placement -> !placement.isEmpty() && !placement.contains(pv.id()))
                .isPresent();
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
