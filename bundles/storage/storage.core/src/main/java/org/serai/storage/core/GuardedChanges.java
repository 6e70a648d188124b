package org.serai.storage.core;

import java.util.List;
import java.util.stream.Stream;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Clone;
import org.serai.storage.LuChange.DropSnapshot;
import org.serai.storage.LuChange.Flatten;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Rollback;
import org.serai.storage.LuChange.SetLuThresholds;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.LuChanges;
import org.serai.storage.LuSnapshot;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.redundancy.Apart;

/** Changes of LUs, but for those that would break a redundant LU or cut off a sub-partition. */
record GuardedChanges(LuChanges changes, Catalog catalog, Tiers tiers, Pairs pairs, PartCatalog parts)
        implements LuChanges {
    @Override
    public List<LuSnapshot> snapshots(String lu) {
        return changes.snapshots(lu);
    }

    @Override
    public Plan plan(LuChange change) {
        Planning planning = new Planning();
        planning.check(() -> check(change));
        Plan refused = planning.plan();
        return refused.isPossible() ? changes.plan(change) : refused;
    }

    @Override
    public void apply(LuChange change, Progress progress) {
        check(change);
        changes.apply(change, progress);
    }

    private void check(LuChange change) {
        switch (change) {
            case Resize c -> checkSize(catalog.lu(c.lu()), c.sizeBytes());
            case Rollback c -> pairs.requireNotMade(catalog.lu(c.lu()));
            case Snapshot c -> c.lus().forEach(lu -> pairs.requireNotMade(catalog.lu(lu)));
            case Clone c ->
                c.clones().stream()
                        .flatMap(copy -> Stream.of(catalog.lu(copy.origin())))
                        .forEach(pairs::requireNotMade);
            case Move c -> checkPlace(catalog.lu(c.lu()), c);
            case DropSnapshot _, Flatten _, SetLuThresholds _ -> {}
        }
    }

    private void checkSize(LuRow row, long sizeBytes) {
        pairs.requireNotMade(row);
        long end = parts.end(row.id());
        if (sizeBytes < end) {
            throw StorageError.BAD_SIZE.error(
                    "LU " + row.name() + " cannot have " + sizeBytes + " bytes",
                    "its sub-partitions reach to " + end,
                    "shrink or delete those first");
        }
    }

    /** The sides of a redundant LU stay apart, and each in its pool. */
    private void checkPlace(LuRow row, Move move) {
        pairs.with(row.id()).ifPresent(pair -> {
            checkPool(row, pair, move);
            Apart.require(tiers, move.tier(), other(row, pair), "LU " + row.name());
        });
    }

    private void checkPool(LuRow row, RedundancyRow pair, Move move) {
        boolean elsewhere = !catalog.pool(move.tier().pool()).id().equals(row.pool());
        if (elsewhere && pair.lu().equals(row.id())) {
            throw StorageError.NOT_REDUNDANT.error(
                    "LU " + row.name() + " cannot be moved to another pool",
                    "it has a copy",
                    "move its copy, or give it a copy there and promote that");
        }
    }

    private LuRow other(LuRow row, RedundancyRow pair) {
        boolean primarySide = pair.lu().equals(row.id()) || pair.intent().equals(row.id());
        return catalog.lu(primarySide ? pair.copy() : pair.lu()).orElseThrow();
    }
}
