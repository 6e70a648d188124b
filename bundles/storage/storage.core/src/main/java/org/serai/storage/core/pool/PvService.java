package org.serai.storage.core.pool;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.storage.Lu;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.PvChange.Add;
import org.serai.storage.PvChange.Drain;
import org.serai.storage.PvChange.Grow;
import org.serai.storage.PvChange.Lose;
import org.serai.storage.PvChange.Remove;
import org.serai.storage.PvChange.Use;
import org.serai.storage.Pvs;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Pause;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.group.Placement;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PvChanges;
import org.serai.storage.spi.PvUsage;

/** PVs as users see them. */
public final class PvService implements Pvs {
    private final Supplier<UUID> ids;
    private final Database database;
    private final Catalog catalog;
    private final Tiers tiers;
    private final Attachments attachments;
    private final PvRows rows;
    private final Draining draining;
    private final Losing losing;
    private final PvOperations operations;

    /** Over rows and pools; data are moved by the placement, and by other nodes while this one pauses. */
    public PvService(
            Database database,
            Catalog catalog,
            Tiers tiers,
            Attachments attachments,
            Works works,
            Placement placement,
            LuLocks locks,
            Pause pause,
            Losing losing,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.tiers = tiers;
        this.attachments = attachments;
        this.ids = ids;
        this.rows = new PvRows(database, tiers, ids);
        this.draining = new Draining(catalog, tiers, rows, works, placement, locks, pause);
        this.losing = losing;
        this.operations = new PvOperations(catalog, tiers, attachments, works, draining, losing, rows);
    }

    /** Finishes what was left half done in a pool; whether nothing is left. */
    public boolean settle(Attachment attachment) {
        return operations.settle(attachment);
    }

    @Override
    public List<Pv> pvs() {
        return catalog.pools().stream().flatMap(pool -> pvs(pool).stream()).toList();
    }

    @Override
    public List<Pv> pvs(String pool) {
        return pvs(catalog.pool(pool));
    }

    private List<Pv> pvs(PoolRow pool) {
        Map<UUID, PvUsage> usage = attachments
                .find(pool.id())
                .map(found -> found.store().pvs().stream().collect(Collectors.toMap(PvUsage::pv, Function.identity())))
                .orElse(Map.of());
        List<TierRow> all = tiers.tiersOf(pool.id());
        return catalog.pvs(pool.id()).stream()
                .map(row -> shown(pool, row, Optional.ofNullable(usage.get(row.id())), all))
                .toList();
    }

    private Pv shown(PoolRow pool, PvRow row, Optional<PvUsage> usage, List<TierRow> all) {
        List<TierName> of = all.stream()
                .filter(tier -> tiers.pvs(tier).contains(row.id()))
                .map(tiers::name)
                .toList();
        return new Pv(
                row.id(),
                row.path(),
                pool.id(),
                pool.name(),
                row.position(),
                usage.map(PvUsage::sizeBytes).filter(bytes -> bytes > 0).orElse(row.sizeBytes()),
                usage.map(PvUsage::usableBytes).orElse(0L),
                usage.map(PvUsage::usedBytes).orElse(0L),
                usage.map(PvUsage::present).orElse(false),
                row.state(),
                of);
    }

    @Override
    public long lostBytes(Lu lu) {
        return attachments
                .find(lu.pool())
                .map(found -> found.store() instanceof PvChanges able ? able.lostBytes(lu.id()) : 0L)
                .map(bytes -> Math.min(bytes, lu.sizeBytes()))
                .orElse(0L);
    }

    @Override
    public Plan plan(PvChange change) {
        PoolRow pool = catalog.pool(change.pool());
        Planning planning = new Planning();
        planning.check(() -> Capabilities.of(attachments.require(pool), PvChanges.class));
        switch (change) {
            case Add c -> plan(pool, c, planning);
            case Grow c -> {
                PvRow row = catalog.pv(pool, c.pv());
                planning.check(() -> requireGrowing(row, c));
                planning.step("PV " + row.path() + " grows"
                        + (c.toBytes().isPresent()
                                ? " to " + Planning.size(c.toBytes().getAsLong())
                                : " to what is there"));
            }
            case Drain c -> planDrain(pool, catalog.pv(pool, c.pv()), planning);
            case Use c -> planning.step("PV " + catalog.pv(pool, c.pv()).path() + " takes new data again");
            case Lose c -> losing.plan(attachments.require(pool), catalog.pv(pool, c.pv()), c.dropData(), planning);
            case Remove c -> {
                PvRow row = catalog.pv(pool, c.pv());
                planning.check(() -> Capabilities.of(attachments.require(pool), PvChanges.class)
                        .requireRemovable(row.id()));
                planDrain(pool, row, planning);
                planning.step("PV " + row.path() + " is let go of");
            }
        }
        return planning.plan();
    }

    private static void requireGrowing(PvRow row, Grow change) {
        if (change.toBytes().orElse(row.sizeBytes()) < row.sizeBytes()) {
            throw StorageError.BAD_SIZE.error(
                    "PV " + row.path() + " of " + Planning.size(row.sizeBytes()) + " cannot be made one of "
                            + Planning.size(change.toBytes().getAsLong()),
                    "a PV does not shrink",
                    "remove it and add a smaller one");
        }
    }

    private void plan(PoolRow pool, Add change, Planning planning) {
        String path = Catalog.canonical(change.pv().path());
        Optional<PvRow> taken =
                database.view(PvRow.class).first(row -> row.path().equals(path));
        taken.ifPresent(row -> planning.obstacle(
                PvRows.inUse(path, catalog.pool(row.pool()).map(PoolRow::name).orElse("?"))));
        if (change.wipe()) {
            planning.step("what PV " + path + " still has of pool " + pool.name() + " is erased");
        } else if (taken.isEmpty()) {
            int behind = catalog.pvs(pool.id()).size();
            PvLayout pv = new PvLayout(ids.get(), behind, path, change.pv().sizeBytes());
            planning.check(() -> attachments.driver(pool.driver()).requireUsable(catalog.layout(pool), pv));
        }
        planning.step("PV " + path + " is taken into pool " + pool.name());
        change.tiers().forEach(tier -> {
            planning.check(() -> tiers.tier(tier));
            planning.step("tier " + tier + " gets it");
        });
    }

    private void planDrain(PoolRow pool, PvRow row, Planning planning) {
        planning.check(() -> rows.requireOthers(row));
        planning.step("nothing new is put on PV " + row.path());
        planning.check(() -> {
            Attachment attachment = attachments.require(pool);
            PvChanges able = Capabilities.of(attachment, PvChanges.class);
            PvOperations.requirePresent(attachment, row);
            List<UUID> lus = able.lusOn(row.id());
            if (lus.isEmpty()) {
                return;
            }
            List<PvUsage> usage = attachment.store().pvs();
            long there = usage.stream()
                    .filter(pv -> pv.pv().equals(row.id()))
                    .mapToLong(PvUsage::usedBytes)
                    .sum();
            long free = usage.stream()
                    .filter(pv -> !pv.pv().equals(row.id()))
                    .mapToLong(pv -> pv.usableBytes() - pv.usedBytes())
                    .sum();
            draining.plan(lus, Planning.size(there), planning);
            if (there > free) {
                throw StorageError.POOL_FULL.error(
                        "PV " + row.path() + " cannot be drained",
                        "it has " + Planning.size(there) + ", and " + Planning.size(free) + " are free elsewhere",
                        "add a PV, or delete LUs");
            }
        });
    }

    @Override
    public void apply(PvChange change, Progress progress) {
        switch (change) {
            case Add c -> operations.add(c);
            case Grow c -> operations.grow(c);
            case Drain c -> operations.drain(c.pool(), c.pv(), progress);
            case Use c -> operations.use(c.pool(), c.pv());
            case Lose c -> operations.lose(c.pool(), c.pv(), c.dropData());
            case Remove c -> operations.remove(c.pool(), c.pv(), progress);
        }
    }
}
