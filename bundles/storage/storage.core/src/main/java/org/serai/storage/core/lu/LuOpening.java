package org.serai.storage.core.lu;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Grant;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.spi.LuStore;

/** Opens LUs whose lock this node has. */
public final class LuOpening {
    private final Catalog catalog;
    private final Attachments attachments;
    private final LuLocks locks;
    private final StoreOpening opening;
    private final Settling settling;
    private final OriginMoves movesOfOrigins;
    private final Watches watches;
    private final Tiers tiers;

    /** Opens LUs in the pools that are attached. */
    public LuOpening(
            Catalog catalog,
            Attachments attachments,
            LuLocks locks,
            StoreOpening opening,
            Settling settling,
            OriginMoves movesOfOrigins,
            Watches watches,
            Tiers tiers) {
        this.catalog = catalog;
        this.attachments = attachments;
        this.locks = locks;
        this.opening = opening;
        this.settling = settling;
        this.movesOfOrigins = movesOfOrigins;
        this.watches = watches;
        this.tiers = tiers;
    }

    /** Opens the store alone. */
    LuStore store(LuRow row, Attachment attachment, Grant grant) {
        return opening.open(row, attachment, grant);
    }

    /** The PVs that an LU's space is to come from; empty for all of its pool. */
    Set<UUID> placement(LuRow row) {
        return tiers.tier(row.tier()).map(tiers::placement).orElse(Set.of());
    }

    /** What is served from a store that was opened; the placement was read before it was, so that a later change is seen. */
    Served served(LuRow row, Attachment attachment, LuStore store, Set<UUID> placement, Grant grant) {
        return new Served(row, attachment, grant, store, watches.tier(row.tier()), watches.lu(row.id()), placement);
    }

    /** Opens an LU and settles what an earlier holder left; gives the lock back if that fails. */
    Served open(LuRow seen, Grant grant) {
        Optional<LuStore> store = Optional.empty();
        boolean done = false;
        try {
            // Only now nobody else changes its row: its pool, size and tier are those that it is opened with.
            LuRow row = catalog.current(seen);
            Attachment attachment = attachments.require(catalog.pool(row.pool()).orElseThrow());
            movesOfOrigins.check(row);
            Set<UUID> placement = placement(row);
            store = Optional.of(opening.open(row, attachment, grant));
            LuRow settled = settling.settle(row, store.get(), grant);
            done = true;
            return served(settled, attachment, store.get(), placement, grant);
        } finally {
            if (!done) {
                store.ifPresent(LuStore::abandon);
                locks.release(grant);
            }
        }
    }

    /** Opens what was served before under its lock as it is now. */
    Served reopen(Served left) {
        LuRow row = catalog.current(left.row());
        Attachment attachment = attachments.require(catalog.pool(row.pool()).orElseThrow());
        Set<UUID> placement = placement(row);
        LuStore store = opening.open(row, attachment, left.grant());
        return served(row, attachment, store, placement, left.grant());
    }
}
