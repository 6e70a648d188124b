package org.serai.storage.core.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Pv;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** Disk groups and tiers as the VIOS DB has them, and which PVs they come to. */
public final class Tiers {
    private final Database database;
    private final Catalog catalog;

    /** Reads this database's views. */
    public Tiers(Database database, Catalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    @Table("client")
    record ClientName(long id, String name) {}

    /** What a client is called in messages. */
    public String clientName(long id) {
        return "client "
                + database.view(ClientName.class).get(id).map(ClientName::name).orElse(Long.toString(id));
    }

    /** The disk groups of a pool, ordered by name. */
    public List<GroupRow> groups(UUID pool) {
        return database.view(GroupRow.class).where(row -> row.pool().equals(pool)).stream()
                .sorted(Comparator.comparing(GroupRow::name))
                .toList();
    }

    /** A disk group; {@link StorageError#NO_SUCH_GROUP} otherwise. */
    public GroupRow group(PoolRow pool, String name) {
        return groups(pool.id()).stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .or(() -> database.read(transaction -> transaction.list(GroupRow.class, "pool", pool.id()).stream()
                        .filter(row -> row.name().equals(name))
                        .findFirst()))
                .orElseThrow(() -> none("disk group", pool.name() + "/" + name, "diskgroup:list"));
    }

    /** The tiers of a disk group, ordered by name. */
    public List<TierRow> tiers(UUID group) {
        return database.view(TierRow.class).where(row -> row.diskGroup().equals(group)).stream()
                .sorted(Comparator.comparing(TierRow::name))
                .toList();
    }

    /** The tiers of a pool. */
    public List<TierRow> tiersOf(UUID pool) {
        return groups(pool).stream()
                .flatMap(group -> tiers(group.id()).stream())
                .toList();
    }

    /** A tier; {@link StorageError#NO_SUCH_GROUP} otherwise. */
    public TierRow tier(TierName name) {
        GroupRow group = group(catalog.pool(name.pool()), name.group());
        return tiers(group.id()).stream()
                .filter(row -> row.name().equals(name.tier()))
                .findFirst()
                .or(() ->
                        database.read(transaction -> transaction.list(TierRow.class, "disk_group", group.id()).stream()
                                .filter(row -> row.name().equals(name.tier()))
                                .findFirst()))
                .orElseThrow(() -> none("tier", name.toString(), "tier:list"));
    }

    private static SeraiException none(String kind, String name, String list) {
        return StorageError.NO_SUCH_GROUP.error(
                "There is no " + kind + " " + name, "no " + kind + " has that name", "look at " + list);
    }

    /** A tier by id. */
    public Optional<TierRow> tier(UUID id) {
        return database.view(TierRow.class)
                .get(id)
                .or(() -> database.read(transaction -> transaction.get(TierRow.class, id)));
    }

    /** The disk group of a tier. */
    public GroupRow group(TierRow tier) {
        return database.view(GroupRow.class)
                .get(tier.diskGroup())
                .or(() -> database.read(transaction -> transaction.get(GroupRow.class, tier.diskGroup())))
                .orElseThrow();
    }

    /** A tier's whole name. */
    public TierName name(TierRow tier) {
        GroupRow group = group(tier);
        return new TierName(catalog.pool(group.pool()).map(PoolRow::name).orElse(""), group.name(), tier.name());
    }

    /** The PVs of a disk group. */
    public Set<UUID> pvs(GroupRow group) {
        return PvSet.among(group.pvs(), ids(catalog.pvs(group.pool())));
    }

    /** The PVs of a tier. */
    public Set<UUID> pvs(TierRow tier) {
        return PvSet.among(tier.pvs(), pvs(group(tier)));
    }

    /**
     * The PVs that an LU's new space may come from, as drivers want them: empty for all of the pool. PVs that are being
     * drained stay out if others are left. A tier that has lost all of its PVs gives none, which its own id stands for.
     */
    public Set<UUID> placement(TierRow tier) {
        List<PvRow> pool = catalog.pvs(group(tier).pool());
        Set<UUID> wanted = pvs(tier);
        Set<UUID> usable = pool.stream()
                .filter(pv -> wanted.contains(pv.id()) && pv.state() == Pv.State.ONLINE)
                .map(PvRow::id)
                .collect(Collectors.toUnmodifiableSet());
        if (wanted.isEmpty()) {
            return Set.of(tier.id());
        }
        Set<UUID> set = usable.isEmpty() ? wanted : usable;
        return set.size() == pool.size() ? Set.of() : Set.copyOf(set);
    }

    private static Set<UUID> ids(List<PvRow> pvs) {
        return pvs.stream().map(PvRow::id).collect(Collectors.toUnmodifiableSet());
    }
}
