package org.serai.storage.core.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.serai.storage.DiskGroup;
import org.serai.storage.DiskGroups;
import org.serai.storage.GroupChange;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.SpaceUse;
import org.serai.storage.Tier;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.GroupRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.spi.PvUsage;

/** Disk groups and tiers as users see them. */
public final class DiskGroupService implements DiskGroups {
    private final Catalog catalog;
    private final Tiers tiers;
    private final Attachments attachments;
    private final GroupChanges changes;

    /** Shows rows with what the pools say of their PVs. */
    public DiskGroupService(Catalog catalog, Tiers tiers, Attachments attachments, GroupChanges changes) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.attachments = attachments;
        this.changes = changes;
    }

    @Override
    public List<DiskGroup> groups() {
        return catalog.pools().stream()
                .flatMap(pool -> {
                    Map<UUID, PvUsage> pvs = usage(pool);
                    return tiers.groups(pool.id()).stream().map(group -> shown(pool, group, pvs));
                })
                .toList();
    }

    @Override
    public DiskGroup group(String pool, String group) {
        PoolRow row = catalog.pool(pool);
        return shown(row, tiers.group(row, group), usage(row));
    }

    @Override
    public Tier tier(TierName name) {
        PoolRow pool = catalog.pool(name.pool());
        TierRow tier = tiers.tier(name);
        return shown(pool, tiers.group(tier), tier, usage(pool), lusOf(List.of(tier)));
    }

    private Map<UUID, PvUsage> usage(PoolRow pool) {
        return attachments
                .find(pool.id())
                .map(found -> found.store().pvs().stream().collect(Collectors.toMap(PvUsage::pv, Function.identity())))
                .orElse(Map.of());
    }

    private List<LuRow> lusOf(Collection<TierRow> of) {
        List<UUID> ids = of.stream().map(TierRow::id).toList();
        return catalog.lus().stream().filter(lu -> ids.contains(lu.tier())).toList();
    }

    private DiskGroup shown(PoolRow pool, GroupRow group, Map<UUID, PvUsage> usage) {
        List<TierRow> rows = tiers.tiers(group.id());
        List<LuRow> lus = lusOf(rows);
        List<Tier> shown = new ArrayList<>();
        rows.forEach(tier -> shown.add(shown(pool, group, tier, usage, lus)));
        Collection<UUID> pvs = tiers.pvs(group);
        return new DiskGroup(
                group.id(),
                group.name(),
                pool.id(),
                pool.name(),
                sorted(pool, pvs),
                group.policy(),
                shown,
                space(pvs, usage, lus));
    }

    private Tier shown(PoolRow pool, GroupRow group, TierRow tier, Map<UUID, PvUsage> usage, List<LuRow> some) {
        List<LuRow> lus =
                some.stream().filter(lu -> lu.tier().equals(tier.id())).toList();
        Collection<UUID> pvs = tiers.pvs(tier);
        return new Tier(
                tier.id(),
                new TierName(pool.name(), group.name(), tier.name()),
                group.id(),
                sorted(pool, pvs),
                space(pvs, usage, lus),
                FillThresholds.of(tier.thresholds()),
                lus.size());
    }

    private List<UUID> sorted(PoolRow pool, Collection<UUID> pvs) {
        return catalog.pvs(pool.id()).stream()
                .map(pv -> pv.id())
                .filter(pvs::contains)
                .toList();
    }

    private static SpaceUse space(Collection<UUID> pvs, Map<UUID, PvUsage> usage, List<LuRow> lus) {
        List<PvUsage> of =
                usage.values().stream().filter(pv -> pvs.contains(pv.pv())).toList();
        return new SpaceUse(
                of.stream().mapToLong(PvUsage::usableBytes).sum(),
                of.stream().mapToLong(PvUsage::usedBytes).sum(),
                lus.stream().mapToLong(LuRow::sizeBytes).sum());
    }

    @Override
    public Plan plan(GroupChange change) {
        return changes.plan(change);
    }

    @Override
    public void apply(GroupChange change, Progress progress) {
        changes.apply(change, progress);
    }
}
