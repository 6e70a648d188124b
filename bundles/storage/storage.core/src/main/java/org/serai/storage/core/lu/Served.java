package org.serai.storage.core.lu;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Grant;
import org.serai.storage.PoolSpace;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvUsage;

/**
 * What an open LU is served from. Replaced as a whole, so that row, pool, lock and store always belong together.
 *
 * @param fill is told how full the LU's tier is
 * @param ownFill is told how full the LU itself is
 * @param placement the PVs that its space comes from; empty for all of the pool
 */
record Served(
        LuRow row,
        Attachment attachment,
        Grant grant,
        LuStore store,
        FillWatch fill,
        FillWatch ownFill,
        Set<UUID> placement) {
    Served with(LuRow newRow) {
        return new Served(newRow, attachment, grant, store, fill, ownFill, placement);
    }

    Served with(LuStore newStore) {
        return new Served(row, attachment, grant, newStore, fill, ownFill, placement);
    }

    Served with(Grant newGrant) {
        return new Served(row, attachment, newGrant, store, fill, ownFill, placement);
    }

    /** What its space comes from. */
    PoolSpace space() {
        if (placement.isEmpty()) {
            PoolStore.Usage usage = attachment.store().usage();
            return new PoolSpace(usage.sizeBytes(), usage.usedBytes());
        }
        List<PvUsage> pvs = attachment.store().pvs().stream()
                .filter(pv -> placement.contains(pv.pv()))
                .toList();
        return new PoolSpace(
                pvs.stream().mapToLong(PvUsage::usableBytes).sum(),
                pvs.stream().mapToLong(PvUsage::usedBytes).sum());
    }

    boolean isAbsent() {
        return store instanceof AbsentLu;
    }
}
