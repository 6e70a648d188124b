package org.serai.storage.core.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;
import org.serai.storage.GroupChange;
import org.serai.storage.GroupChange.CreateGroup;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.GroupChange.DeleteGroup;
import org.serai.storage.GroupChange.DeleteTier;
import org.serai.storage.GroupChange.SetGroupPvs;
import org.serai.storage.GroupChange.SetPolicy;
import org.serai.storage.GroupChange.SetTierPvs;
import org.serai.storage.GroupChange.SetTierThresholds;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.GroupRow;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvSet;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.catalog.Tiers;

/** Changing disk groups and tiers: each is one transaction, which looks at everything anew. */
public final class GroupChanges {
    private final Database database;
    private final Catalog catalog;
    private final Tiers tiers;
    private final Placement placement;
    private final Supplier<UUID> ids;

    /** Over rows; data are moved by the placement. */
    public GroupChanges(Database database, Catalog catalog, Tiers tiers, Placement placement, Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.tiers = tiers;
        this.placement = placement;
        this.ids = ids;
    }

    /** A plan is the change itself, undone by an end of its transaction that is not a commit. */
    Plan plan(GroupChange change) {
        Planning planning = new Planning();
        planning.check(() -> {
            try {
                database.write(transaction -> {
                    change(transaction, change);
                    throw new Planned();
                });
            } catch (Planned e) {
                planning.step(words(change));
            }
        });
        return planning.plan();
    }

    /** Ends a transaction without a commit. */
    private static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Planned() {
            super("only planned", null, false, false);
        }
    }

    void apply(GroupChange change, Progress progress) {
        database.write(transaction -> {
            change(transaction, change);
            return change;
        });
        if (change instanceof SetTierPvs set) {
            placeAll(tiers.tier(set.tier()), progress);
        }
    }

    private static String words(GroupChange change) {
        return switch (change) {
            case CreateGroup c -> "disk group " + c.pool() + "/" + c.group() + " is made";
            case DeleteGroup c -> "disk group " + c.pool() + "/" + c.group() + " is deleted";
            case SetGroupPvs c ->
                "disk group " + c.pool() + "/" + c.group() + " has the PVs " + String.join(", ", c.pvs());
            case SetPolicy c ->
                "disk group " + c.pool() + "/" + c.group() + " has this access policy; LUs that are open stay open";
            case CreateTier c -> "tier " + c.tier() + " is made";
            case DeleteTier c -> "tier " + c.tier() + " is deleted";
            case SetTierPvs c ->
                "tier " + c.tier() + " has the PVs " + String.join(", ", c.pvs())
                        + ", and its LUs move there while in use";
            case SetTierThresholds c ->
                "tier " + c.tier() + " raises alerts at " + c.thresholds().percents() + " %";
        };
    }

    private void change(Transaction transaction, GroupChange change) {
        switch (change) {
            case CreateGroup c -> {
                PoolRow pool = catalog.pool(c.pool());
                Names.check("a disk group", c.group());
                boolean there = transaction.list(GroupRow.class, "pool", pool.id()).stream()
                        .anyMatch(row -> row.name().equals(c.group()));
                requireNew(there, "disk group " + c.pool() + "/" + c.group());
                transaction.insert(
                        GroupRow.of(ids.get(), pool.id(), c.group(), PvSet.column(ids(pool, c.pvs())), c.policy()));
            }
            case DeleteGroup c -> {
                GroupRow group = current(transaction, group(c.pool(), c.group()));
                requireUnused(
                        "disk group " + c.group(),
                        transaction.list(TierRow.class, "disk_group", group.id()).stream()
                                .map(TierRow::name)
                                .toList(),
                        "tiers");
                transaction.delete(GroupRow.class, group.id());
            }
            case SetGroupPvs c -> setPvs(transaction, c);
            case SetPolicy c -> {
                GroupRow group = current(transaction, group(c.pool(), c.group()));
                transaction.update(GroupRow.of(group.id(), group.pool(), group.name(), group.pvs(), c.policy()));
            }
            case CreateTier c -> {
                GroupRow group =
                        current(transaction, group(c.tier().pool(), c.tier().group()));
                Names.check("a tier", c.tier().tier());
                boolean there = transaction.list(TierRow.class, "disk_group", group.id()).stream()
                        .anyMatch(row -> row.name().equals(c.tier().tier()));
                requireNew(there, "tier " + c.tier());
                transaction.insert(new TierRow(
                        ids.get(),
                        group.id(),
                        c.tier().tier(),
                        tierPvs(c.tier(), group, c.pvs()),
                        FillThresholds.USUAL));
            }
            case DeleteTier c -> {
                TierRow tier = tiers.tier(c.tier());
                requireUnused("tier " + c.tier(), lus(transaction, tier), "LUs");
                transaction.delete(TierRow.class, tier.id());
            }
            case SetTierPvs c -> {
                TierRow tier = tiers.tier(c.tier());
                transaction.update(tier.on(tierPvs(c.tier(), tiers.group(tier), c.pvs())));
            }
            case SetTierThresholds c ->
                transaction.update(tiers.tier(c.tier()).alerting(FillThresholds.column(c.thresholds())));
        }
    }

    private static List<String> lus(Transaction transaction, TierRow tier) {
        return transaction.list(LuRow.class, "tier", tier.id()).stream()
                .map(LuRow::name)
                .toList();
    }

    private void setPvs(Transaction transaction, SetGroupPvs change) {
        PoolRow pool = catalog.pool(change.pool());
        GroupRow group = current(transaction, group(change.pool(), change.group()));
        Set<UUID> pvs = ids(pool, change.pvs());
        for (TierRow tier : transaction.list(TierRow.class, "disk_group", group.id())) {
            boolean leaves = !tier.pvs().equals(PvSet.ALL) && !pvs.containsAll(PvSet.ids(tier.pvs()));
            boolean shrinks = tier.pvs().equals(PvSet.ALL)
                    && !pvs.containsAll(tiers.pvs(group))
                    && !lus(transaction, tier).isEmpty();
            if (leaves || shrinks) {
                throw StorageError.GROUP_IN_USE.error(
                        "Disk group " + group.name() + " cannot have these PVs only",
                        "its tier " + tier.name() + (shrinks ? " has LUs, which may be on any PV" : " has others"),
                        "change the PVs of that tier first with tier:pvs " + tiers.name(tier)
                                + ", which moves its LUs");
            }
        }
        transaction.update(group.on(PvSet.column(pvs)));
    }

    private GroupRow group(String pool, String name) {
        return tiers.group(catalog.pool(pool), name);
    }

    private static GroupRow current(Transaction transaction, GroupRow seen) {
        return transaction
                .get(GroupRow.class, seen.id())
                .orElseThrow(() -> StorageError.NO_SUCH_GROUP.error(
                        "There is no disk group " + seen.name(), "it was just deleted", "look at diskgroup:list"));
    }

    private String tierPvs(TierName name, GroupRow group, List<String> pvs) {
        Set<UUID> some = ids(catalog.pool(name.pool()), pvs);
        if (!tiers.pvs(group).containsAll(some)) {
            throw StorageError.PV_UNUSABLE.error(
                    "Tier " + name + " cannot have these PVs",
                    "not all of them belong to disk group " + group.name(),
                    "add them to the disk group first");
        }
        return PvSet.column(some);
    }

    private Set<UUID> ids(PoolRow pool, List<String> pvs) {
        if (pvs.isEmpty()) {
            throw StorageError.PV_UNUSABLE.error(
                    "There is no disk group or tier without a PV", "no PV is named", "name at least one PV");
        }
        return pvs.stream().map(pv -> catalog.pv(pool, pv).id()).collect(Collectors.toUnmodifiableSet());
    }

    private static void requireNew(boolean there, String what) {
        if (there) {
            throw StorageError.GROUP_EXISTS.error(
                    "There is a " + what + " already", "names are unique there", "choose another name");
        }
    }

    private static void requireUnused(String what, List<String> users, String kind) {
        if (!users.isEmpty()) {
            throw StorageError.GROUP_IN_USE.error(
                    "The " + what + " cannot be deleted",
                    "it has " + users.size() + " " + kind + ", " + users.getFirst() + " among them",
                    "move or delete these first");
        }
    }

    private void placeAll(TierRow tier, Progress progress) {
        List<LuRow> lus =
                catalog.lus().stream().filter(lu -> lu.tier().equals(tier.id())).toList();
        List<String> left = new ArrayList<>();
        AtomicLong before = new AtomicLong();
        for (LuRow lu : lus) {
            AtomicLong moved = new AtomicLong();
            try {
                // Of the LUs that are still to come nobody has asked yet how much is to be moved, so no total is told.
                placement.place(lu, tier, (done, _) -> {
                    moved.set(done);
                    return progress.at(before.get() + done, 0);
                });
            } catch (SeraiException e) {
                if (e.code() != StorageError.LU_LOCKED && e.code() != StorageError.SNAPSHOT_IN_USE) {
                    throw e;
                }
                left.add(lu.name() + " (" + e.reason() + ")");
            }
            before.addAndGet(moved.get());
        }
        progress.at(before.get(), before.get());
        if (!left.isEmpty()) {
            throw StorageError.GROUP_IN_USE.error(
                    "Not all LUs are on the PVs of tier " + tier.name(),
                    "these could not be moved here: " + String.join(", ", left),
                    "close them, or do this again at the node that holds them");
        }
    }
}
