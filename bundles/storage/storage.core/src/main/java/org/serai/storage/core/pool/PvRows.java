package org.serai.storage.core.pool;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Pv;
import org.serai.storage.PvChange.Add;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.GroupRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.PvSet;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;

/** The rows of PVs that come, go, and are drained. */
final class PvRows {
    private final Database database;
    private final Tiers tiers;
    private final Supplier<UUID> ids;

    PvRows(Database database, Tiers tiers, Supplier<UUID> ids) {
        this.database = database;
        this.tiers = tiers;
        this.ids = ids;
    }

    /** The row of a PV that is being added, at a position that no other one ever had. */
    PvRow insert(PoolRow pool, Add change) {
        String path = Catalog.canonical(change.pv().path());
        return database.write(transaction -> {
            requireFree(transaction, path);
            PoolRow now = transaction
                    .get(PoolRow.class, pool.id())
                    .filter(found -> found.state() == RowState.ONLINE)
                    .orElseThrow(() -> StorageError.NO_SUCH_POOL.error(
                            "Pool " + pool.name() + " takes no PV", "it is being deleted", "use another pool"));
            transaction.update(now.positioned(now.nextPosition() + 1));
            return transaction.insert(new PvRow(ids.get(), pool.id(), now.nextPosition(), path, 0, Pv.State.ADDING));
        });
    }

    /** Gives back a position that no PV ever had, if it was the last one given. */
    void giveBackPosition(PvRow pv) {
        database.write(transaction -> transaction
                .get(PoolRow.class, pv.pool())
                .filter(pool -> pool.nextPosition() == pv.position() + 1)
                .map(pool -> transaction.update(pool.positioned(pv.position()))));
    }

    private static void requireFree(Transaction transaction, String path) {
        transaction.list(PvRow.class, "path", path).stream().findFirst().ifPresent(other -> {
            throw inUse(
                    path,
                    transaction
                            .get(PoolRow.class, other.pool())
                            .map(PoolRow::name)
                            .orElse("?"));
        });
    }

    static SeraiException inUse(String path, String pool) {
        return StorageError.PV_IN_USE.error(
                "PV " + path + " is in use",
                "it belongs to pool " + pool,
                "choose another PV, or remove it there first");
    }

    /** It is in the pool; it gets into tiers and their disk groups. */
    PvRow added(PvRow pv, long sizeBytes, List<TierName> into) {
        List<TierRow> chosen = into.stream().map(tiers::tier).toList();
        return database.write(transaction -> {
            if (!chosen.isEmpty()) {
                keepOut(transaction, pv);
                chosen.forEach(tier -> join(transaction, tier, pv));
            }
            return transaction.update(pv.sized(sizeBytes).in(Pv.State.ONLINE));
        });
    }

    /** Disk groups that have all PVs keep those that they have: this one is for others. */
    private static void keepOut(Transaction transaction, PvRow pv) {
        Set<UUID> others = transaction.list(PvRow.class, "pool", pv.pool()).stream()
                .map(PvRow::id)
                .filter(id -> !id.equals(pv.id()))
                .collect(Collectors.toUnmodifiableSet());
        transaction.list(GroupRow.class, "pool", pv.pool()).stream()
                .filter(group -> group.pvs().equals(PvSet.ALL))
                .forEach(group -> transaction.update(group.on(PvSet.column(others))));
    }

    private static void join(Transaction transaction, TierRow tier, PvRow pv) {
        TierRow now = transaction.get(TierRow.class, tier.id()).orElse(tier);
        if (!now.pvs().equals(PvSet.ALL)) {
            transaction.update(now.on(with(now.pvs(), pv.id())));
        }
        GroupRow group = transaction.get(GroupRow.class, tier.diskGroup()).orElseThrow();
        transaction.update(group.on(with(group.pvs(), pv.id())));
    }

    private static String with(String column, UUID pv) {
        Set<UUID> all = new LinkedHashSet<>(PvSet.ids(column));
        all.add(pv);
        return PvSet.column(all);
    }

    private static String without(String column, UUID pv) {
        if (column.equals(PvSet.ALL)) {
            return column;
        }
        Set<UUID> rest = new LinkedHashSet<>(PvSet.ids(column));
        rest.remove(pv);
        return PvSet.column(rest);
    }

    /** Changes a PV's state, if the tiers that LUs are carved from can do without it. */
    PvRow state(PvRow pv, Pv.State state) {
        return database.write(transaction -> {
            if (state == Pv.State.DRAINING) {
                requireOthers(transaction, pv);
            }
            PvRow now = transaction
                    .get(PvRow.class, pv.id())
                    .orElseThrow(() -> StorageError.NO_SUCH_PV.error(
                            "There is no PV " + pv.path() + " any more", "it was just removed", "look at pv:list"));
            return transaction.update(now.in(state));
        });
    }

    /** As {@link #requireOthers(Transaction, PvRow)}, before anything is begun. */
    void requireOthers(PvRow pv) {
        database.read(transaction -> {
            requireOthers(transaction, pv);
            return pv;
        });
    }

    /** Fails if a tier with LUs, or the pool, would be left without a PV. */
    void requireOthers(Transaction transaction, PvRow pv) {
        List<UUID> usable = transaction.list(PvRow.class, "pool", pv.pool()).stream()
                .filter(other -> !other.id().equals(pv.id()) && other.state() == Pv.State.ONLINE)
                .map(PvRow::id)
                .toList();
        if (usable.isEmpty()) {
            throw StorageError.POOL_IN_USE.error(
                    "PV " + pv.path() + " cannot be drained", "it is the pool's last one", "add another PV first");
        }
        for (GroupRow group : transaction.list(GroupRow.class, "pool", pv.pool())) {
            Set<UUID> left = PvSet.among(group.pvs(), usable);
            for (TierRow tier : transaction.list(TierRow.class, "disk_group", group.id())) {
                if (PvSet.among(tier.pvs(), left).isEmpty()
                        && !transaction.list(LuRow.class, "tier", tier.id()).isEmpty()) {
                    throw StorageError.GROUP_IN_USE.error(
                            "PV " + pv.path() + " cannot be drained",
                            "tier " + tiers.name(tier) + " has LUs, and no other PV",
                            "add a PV to that tier, or move its LUs to another one first");
                }
            }
        }
    }

    /** It is no more. */
    void removed(PvRow pv) {
        database.write(transaction -> {
            for (GroupRow group : transaction.list(GroupRow.class, "pool", pv.pool())) {
                transaction.update(group.on(without(group.pvs(), pv.id())));
                transaction
                        .list(TierRow.class, "disk_group", group.id())
                        .forEach(tier -> transaction.update(tier.on(without(tier.pvs(), pv.id()))));
            }
            transaction.get(PvRow.class, pv.id()).ifPresent(row -> transaction.delete(PvRow.class, row.id()));
            return pv;
        });
    }

    void sized(PvRow pv, long sizeBytes) {
        database.write(transaction ->
                transaction.get(PvRow.class, pv.id()).map(row -> transaction.update(row.sized(sizeBytes))));
    }
}
